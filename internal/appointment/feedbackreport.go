package appointment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/internal/calendar"
	"parley/internal/db"
)

// An Average is how a group of appointments was found.
type Average struct {
	// ID is the service or the member of staff; empty for a month.
	ID string
	// Month is the first day of the month; zero for the other two.
	Month time.Time
	Count int
	sum   int64
}

// Score is the mean of the scores, 1 to 5; 0 when there are none.
func (a Average) Score() float64 {
	if a.Count == 0 {
		return 0
	}
	return float64(a.sum) / float64(a.Count)
}

// A FeedbackReport is what clients said of the appointments of a window.
type FeedbackReport struct {
	All Average
	// Asked is how many were asked.
	Asked int
	// Scores counts each score: Scores[4] is how often 5 was given.
	Scores [5]int
	// Services and Staff are the most answered first; Months in order of time.
	Services, Staff, Months []Average
	// Comments are the latest with words, newest first.
	Comments []Feedback
}

// commentsShown is how many comments a page reads well with.
const commentsShown = 20

// Feedback reports what clients said of the appointments that ended within a
// window; months are those of a zone.
func (a *Appointments) Feedback(ctx context.Context, q db.Q, orgID string, window calendar.Span, zone *time.Location) (FeedbackReport, error) {
	all, err := db.All[Feedback](ctx, q, givenFeedback, orgID, db.Time(window.Start), db.Time(window.End))
	if err != nil {
		return FeedbackReport{}, err
	}
	asked, err := db.Value[int64](ctx, q, askedFeedback, orgID, db.Time(window.Start), db.Time(window.End))
	r := report(all, zone)
	r.Asked = int(asked)
	return r, err
}

func report(all []Feedback, zone *time.Location) (r FeedbackReport) {
	for _, f := range all {
		at := f.Ended.In(zone)
		month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, zone)
		r.All.add(f.Score)
		r.Scores[f.Score-1]++
		tally(&r.Services, Average{ID: f.ServiceID}, f.Score)
		tally(&r.Staff, Average{ID: f.StaffID}, f.Score)
		tally(&r.Months, Average{Month: month}, f.Score)
		if f.Comment != "" && len(r.Comments) < commentsShown {
			r.Comments = append(r.Comments, f)
		}
	}
	most := func(x, y Average) int { return cmp.Or(y.Count-x.Count, cmp.Compare(x.ID, y.ID)) }
	slices.SortFunc(r.Services, most)
	slices.SortFunc(r.Staff, most)
	slices.SortFunc(r.Months, func(x, y Average) int { return x.Month.Compare(y.Month) })
	return r
}

func (a *Average) add(score int64) { a.Count, a.sum = a.Count+1, a.sum+score }

func tally(list *[]Average, of Average, score int64) {
	i := slices.IndexFunc(*list, func(a Average) bool { return a.ID == of.ID && a.Month.Equal(of.Month) })
	if i < 0 {
		*list = append(*list, of)
		i = len(*list) - 1
	}
	(*list)[i].add(score)
}
