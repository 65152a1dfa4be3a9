package visit

import (
	"slices"

	"github.com/a-h/templ"

	"parley/internal/meeting"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// troubleWords name what can happen to a missing link, in keys.
var troubleWords = map[meeting.Trouble]string{meeting.Passing: "passing", meeting.Stuck: "stuck", meeting.Lost: "lost"}

// hosts reports whether the reader runs the call, alone or beside others. Everybody
// else has the client's link to pass on.
func (v view) hosts() bool { return v.own || slices.Contains(v.Beside, v.me) }

// linkTone is the colour of what is said of the link. One that works and of which
// something is to be known is no success to be passed over.
func (v view) linkTone() ui.Tone {
	if v.Meeting.Link == meeting.Ready {
		return ui.Info
	}
	return page.LinkTone(v.Meeting.Link)
}

// linkNext says what happens next for a link that is missing; nothing for one that
// works.
func (v view) linkNext(r words.Reader) string {
	if v.Meeting.Link != meeting.Pending {
		return ""
	}
	key := "visit.link.next." + troubleWords[v.Meeting.Trouble]
	if v.listed {
		return r.T(key) + " " + r.T("visit.link.next.listed")
	}
	return r.T(key) + " " + r.T("visit.link.next.asked")
}

// wayOut leads to another way of meeting, for who may choose one and while the
// link is missing, and to a colleague while the vendor does not know who holds it.
func (v view) wayOut(r words.Reader) templ.Component {
	if v.may && v.Meeting.LinkReason == meeting.ReasonHostLost && v.CanHandOver(v.now) {
		return another(r, v)
	}
	if !v.may || v.Meeting.Link != meeting.Pending || !v.Upcoming(v.now) {
		return nil
	}
	return instead(r, v)
}
