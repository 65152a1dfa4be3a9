package client

import (
	"net/http"
	"strconv"
	"time"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

func (p *Pages) feedbackPages() {
	p.public("GET /feedback/{token}", p.askFeedback)
	p.public("POST /feedback/{token}", p.giveFeedback, web.Body(typedMost))
	p.public("POST /feedback/{token}/stop", p.stopAsking)
}

// feedbackView is what the page that asks shows.
type feedbackView struct {
	appointment.View
	feedback appointment.Feedback
	shell    ui.PublicShellProps
	base     string
	form     web.Form
	now      time.Time
	// thanks is set right after it was given.
	thanks bool
}

func (p *Pages) openFeedback(w http.ResponseWriter, r *http.Request) (v feedbackView, err error) {
	ctx := r.Context()
	if v.now, err = p.Now(ctx); err != nil {
		return v, err
	}
	claim, err := p.Links.Verify(r.PathValue("token"), appointment.FeedbackPath, v.now)
	if err != nil {
		return v, err
	}
	if v.View, err = p.Appointments.ForClient(ctx, p.Orgs.Read(), claim.OrgID, claim.PersonID, claim.Object); err != nil {
		return v, err
	}
	var asked bool
	if v.feedback, asked, err = p.Appointments.FeedbackOf(ctx, p.Orgs.Read(), claim.OrgID, claim.Object); err != nil {
		return v, err
	}
	if !asked {
		return v, fault.New(fault.NotFound, "appointment.feedback.unknown")
	}
	web.InOrganization(r, v.Organization)
	web.ReadsAs(r, v.Client.Lang, v.Zone)
	v.shell = page.Public(w, r, web.ReaderOf(r).T("client.feedback.title"))
	v.base = appointment.FeedbackPath + "/" + r.PathValue("token")
	v.form.Values = map[string][]string{"score": {scoreText(v.feedback.Score)}, "comment": {v.feedback.Comment}}
	return v, nil
}

func scoreText(score int64) string {
	if score == 0 {
		return ""
	}
	return strconv.FormatInt(score, 10)
}

func (p *Pages) askFeedback(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openFeedback(w, r)
	if err != nil {
		return err
	}
	v.thanks = r.URL.Query().Get("thanks") != "" && v.feedback.Score > 0
	return page.Render(w, r, http.StatusOK, feedbackPage(web.ReaderOf(r), v))
}

func (p *Pages) giveFeedback(w http.ResponseWriter, r *http.Request) error {
	form, cause, err := web.ReadTyped(r)
	if err != nil {
		return err
	}
	v, err := p.openFeedback(w, r)
	if err != nil {
		return err
	}
	if cause == nil {
		score, _ := strconv.ParseInt(form.Get("score"), 10, 8) // none is refused at its field
		_, cause = p.Appointments.GiveFeedback(r.Context(), v.OrgID, v.ClientID, v.ID, score, form.Get("comment"))
	}
	if cause == nil {
		return web.Redirect(w, r, v.base+"?thanks=1")
	}
	if form.Errors, err = web.FieldErrors(r, cause); err != nil {
		return err
	}
	v.form = form
	return page.Render(w, r, http.StatusUnprocessableEntity, feedbackPage(web.ReaderOf(r), v))
}

// stopAsking asks this client no more.
func (p *Pages) stopAsking(w http.ResponseWriter, r *http.Request) error {
	v, err := p.openFeedback(w, r)
	if err != nil {
		return err
	}
	if err := p.Appointments.StopAsking(r.Context(), v.OrgID, v.ClientID); err != nil {
		return err
	}
	web.Tell(w, r, web.Flash{Tone: "success", Key: "client.feedback.stopped"})
	return web.Redirect(w, r, v.base)
}

// scores are the five answers, in words beside their stars.
func scores(r words.Reader) (list []ui.Choice) {
	for score := int64(5); score > 0; score-- {
		list = append(list, ui.Choice{Value: scoreText(score), Title: r.T(appointment.ScoreKey(score)), Meta: r.T("client.feedback.stars." + scoreText(score))})
	}
	return list
}
