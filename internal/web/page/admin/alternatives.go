package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"parley/internal/appointment"
	"parley/internal/fault"
	"parley/internal/org"
	"parley/internal/vault"
	"parley/internal/web"
	"parley/internal/web/page"
	"parley/internal/web/ui"
	"parley/internal/words"
)

// alternativesPath is where the administrator says what stands in for a video call
// whose link cannot be made.
const alternativesPath = "/settings/video/alternatives"

// alternativesView is the ordered list, and what can be added to it.
type alternativesView struct {
	list  []string
	ways  map[string]way
	adds  []ui.Option
	moved string
	error string
}

// A way is a way to hold a call: a connection, or the telephone.
type way struct {
	name  string
	state ui.Tone
	word  string
}

func (p *Pages) alternativePages() {
	p.Site.Handle("GET "+alternativesPath, org.ManageIntegrations, p.showAlternatives)
	p.Site.Handle("POST "+alternativesPath, org.ManageIntegrations, p.changeAlternatives)
}

func (p *Pages) showAlternatives(w http.ResponseWriter, r *http.Request) error {
	return p.drawAlternatives(w, r, http.StatusOK, alternativesView{moved: r.URL.Query().Get("moved")})
}

func (p *Pages) drawAlternatives(w http.ResponseWriter, r *http.Request, status int, v alternativesView) (err error) {
	reader := web.ReaderOf(r)
	if v.list, err = p.Appointments.VideoAlternatives(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID); err != nil {
		return err
	}
	if err := p.readWays(r, reader, &v); err != nil {
		return err
	}
	title := reader.T("admin.alternatives")
	header := ui.PageHeaderProps{Title: title, Subtitle: reader.T("admin.alternatives.lead"), Breadcrumb: aboveVideo(reader)}
	return page.Render(w, r, status, alternativesPage(reader, page.Frame(w, r, title, inSettings), header, v))
}

// readWays reads what each entry of the list is, and what is not in it yet.
func (p *Pages) readWays(r *http.Request, reader words.Reader, v *alternativesView) error {
	all, err := p.Vault.Connections(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	if err != nil {
		return err
	}
	v.ways = map[string]way{appointment.ByTelephone: {reader.T("admin.alternatives.phone"), ui.Success, reader.T("admin.alternatives.always")}}
	for _, c := range ofKind(all, videoKind) {
		name := page.ConnectionName(reader, p.Vault, c)
		v.ways[c.ID] = way{name, stateTone(c.State), stateWord(reader, c.State)}
		if c.State != vault.Disconnected && !slices.Contains(v.list, c.ID) {
			v.adds = append(v.adds, ui.Option{Value: c.ID, Label: name})
		}
	}
	if !slices.Contains(v.list, appointment.ByTelephone) {
		v.adds = append(v.adds, ui.Option{Value: appointment.ByTelephone, Label: reader.T("admin.alternatives.phone")})
	}
	return nil
}

// changeAlternatives does one press: a step up or down, an entry more or less. The
// form carries the list as it was seen, so that nobody reorders another's list.
func (p *Pages) changeAlternatives(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	now, err := p.Appointments.VideoAlternatives(r.Context(), p.Orgs.Read(), web.ActorOf(r).OrgID)
	if err != nil {
		return err
	}
	if seen := form.Values["seen"]; !slices.Equal(seen, now) {
		return p.drawAlternatives(w, r, http.StatusConflict, alternativesView{error: web.ReaderOf(r).T("admin.alternatives.stale")})
	}
	list, moved, understood := pressed(now, form.Get("do"), form.Get("way"))
	if !understood {
		return fault.New(fault.Invalid, "")
	}
	if err := p.Appointments.SaveVideoAlternatives(r.Context(), web.ActorOf(r), list); err != nil {
		errors, err := web.FieldErrors(r, err)
		if err != nil {
			return err
		}
		return p.drawAlternatives(w, r, http.StatusUnprocessableEntity, alternativesView{error: errors["alternatives"]})
	}
	web.Tell(w, r, web.Flash{Tone: string(ui.Success), Key: "admin.alternatives.saved"})
	return web.Redirect(w, r, page.Address(alternativesPath, "moved", moved))
}

// pressed is the list after one press, with the entry that was moved.
func pressed(list []string, do, added string) (after []string, moved string, understood bool) {
	if do == "add" {
		return append(slices.Clone(list), added), "", added != ""
	}
	act, at, _ := strings.Cut(do, ".")
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i >= len(list) {
		return nil, "", false
	}
	after, moved = slices.Clone(list), list[i]
	switch {
	case act == "remove":
		return slices.Delete(after, i, i+1), "", true
	case act == "up" && i > 0:
		after[i-1], after[i] = after[i], after[i-1]
	case act == "down" && i+1 < len(list):
		after[i+1], after[i] = after[i], after[i+1]
	}
	return after, moved, act == "up" || act == "down"
}

// hidden is the list as the form carries it.
func (v alternativesView) hidden() (pairs []string) {
	for _, id := range v.list {
		pairs = append(pairs, "seen", id)
	}
	return pairs
}

// sentences say in words what will happen, in the order of the list.
func (v alternativesView) sentences(r words.Reader) []string {
	said := []string{r.T("admin.alternatives.when")}
	var names []string
	for _, id := range v.list {
		names = append(names, v.ways[id].name)
	}
	switch len(names) {
	case 0:
		return append(said, r.T("admin.alternatives.nothing"))
	case 1:
		said = append(said, r.T("admin.alternatives.one", "First", names[0]))
	default:
		said = append(said, r.T("admin.alternatives.several", "First", names[0], "Others", r.List(names[1:]...)))
	}
	return append(said, r.T("admin.alternatives.told"), r.T("admin.alternatives.else"))
}
