package ui

import (
	"fmt"
	"strconv"

	"github.com/a-h/templ"
)

// What follows fills the gallery: an invented bank and its people. It is shown
// to developers only, in English, whatever the reader's language.

func galleryShell() ShellProps {
	return ShellProps{
		Page: PageProps{Title: "Components", Site: "Parley"},
		Org:  Brand{Name: "Harbour Bank", Home: "#"},
		Nav: []NavItem{
			{Label: "Schedule", Href: "#", Icon: "calendar", Current: true},
			{Label: "Contact Center", Href: "#", Icon: "headset"},
			{Label: "Mentoring", Href: "#", Icon: "mentoring", Count: "3", CountLabel: "open requests"},
			{Label: "Groups", Href: "#", Icon: "people"},
			{Label: "Staff", Href: "#", Icon: "person"},
			{Label: "Services", Href: "#", Icon: "services"},
			{Label: "Manage", Href: "#", Icon: "building"},
			{Label: "Settings", Href: "#", Icon: "settings"},
		},
		Viewer: Viewer{Name: "Amelia Okafor", Detail: "amelia.okafor@harbour.example", Menu: []MenuItem{
			{Label: "Profile", Href: "#", Icon: "person"},
			{Label: "Notifications", Href: "#", Icon: "bell"},
			{Label: "Sign out", Href: "#", Icon: "sign-out", Post: true, Divider: true},
		}},
		Languages: galleryLanguages(),
		Theme:     ThemeForm{Action: "#"},
		Flash:     []Message{{Tone: Success, Title: "The appointment was moved", Text: "Noah Lindqvist and Priya Raman have been told. The join link stays the same."}},
		Help: []MenuItem{
			{Label: "About this page", Href: "#", Icon: "info"},
			{Label: "Administrator's guide", Href: "#", Icon: "external", NewTab: true},
		},
	}
}

func galleryLanguages() []Language {
	return []Language{{Code: "en", Name: "English", Href: "#", Current: true}, {Code: "fr", Name: "Français", Href: "#"}}
}

func galleryProblems() []Problem {
	return []Problem{
		{Field: "g-email", Text: "Enter an e-mail address like name@example.com"},
		{Field: "g-method", Text: "Choose how you want to meet"},
	}
}

func galleryTable() TableProps {
	type line struct {
		who, mail, service, method, when, length, word string
		tone                                           Tone
	}
	lines := []line{
		{"Noah Lindqvist", "noah@lindqvist.example", "Mortgage advice", "Teams video call", "Mon 23 Nov 2026, 09:30", "45", "Ready", Success},
		{"Fatima El Amrani", "fatima.el@amrani.example", "Account opening", "Zoom video call", "Mon 23 Nov 2026, 11:00", "30", "Pending", Info},
		{"Jean-Baptiste Moreau", "jb.moreau@example.org", "Investment review", "At the branch", "Tue 24 Nov 2026, 14:15", "60", "At risk", Warning},
		{"O. Tanaka", "tanaka@example.net", "Mortgage advice", "Phone", "Tue 24 Nov 2026, 16:00", "45", "Failed", Danger},
		{"Wilhelmina Featherstonehaugh-Cholmondeley", "w.fc@example.com", "Business account", "Teams video call", "Wed 25 Nov 2026, 10:00", "120", "Past", Neutral},
	}
	t := TableProps{Caption: "Appointments", Select: "pick", Form: "g-bulk", Columns: []Column{
		{Label: "Client", Sort: "#", Sorted: "asc"}, {Label: "Service", Sort: "#"}, {Label: "When", Sort: "#"},
		{Label: "Minutes", Sort: "#", Numeric: true}, {Label: "Link"}, {Label: "Actions", HideLabel: true},
	}}
	for i, l := range lines {
		t.Rows = append(t.Rows, Row{Value: strconv.Itoa(i), Label: l.who, Selected: i == 1, Muted: l.tone == Neutral, Cells: []Cell{
			{Body: Person(l.who, l.mail)}, {Text: l.service, Sub: l.method, Href: "#"}, {Text: l.when},
			{Text: l.length}, {Body: Status(l.tone, l.word)}, {Body: galleryRowActions(l.who)},
		}})
	}
	return t
}

func galleryBulk() BulkProps {
	return BulkProps{Form: FormProps{ID: "g-bulk", Action: "#"}, Select: "pick", Label: "For", Ticked: "The ticked ones", Page: "All 5 on this page", All: "All 214 that match", More: true,
		PageLine: "All 5 on this page are selected.", AllButton: "Select all 214 that match", AllLine: "All 214 that match are selected.", Clear: "Clear the selection"}
}

func galleryMonth() MonthGridProps {
	p := MonthGridProps{
		ID: "g-month", Month: "November 2026", Next: "#", PrevLabel: "October 2026", NextLabel: "December 2026",
		Weekdays: []Weekday{{"Mon", "Monday"}, {"Tue", "Tuesday"}, {"Wed", "Wednesday"}, {"Thu", "Thursday"}, {"Fri", "Friday"}, {"Sat", "Saturday"}, {"Sun", "Sunday"}},
	}
	free := map[int]int{23: 2, 24: 3, 25: 1, 26: 3, 27: 2, 30: 3}
	for first := -5; first <= 30; first += 7 {
		var week []MonthDay
		for n := first; n < first+7; n++ {
			d := MonthDay{Number: n, Outside: n < 1 || n > 30, Today: n == 22, Selected: n == 24, Dots: free[n]}
			d.Label = fmt.Sprintf("%d November: no times", n)
			if d.Dots > 0 {
				d.Href, d.Label = "#", fmt.Sprintf("%s %d November: %d times", p.Weekdays[n-first].Long, n, d.Dots*4)
			}
			week = append(week, d)
		}
		p.Weeks = append(p.Weeks, week)
	}
	return p
}

func gallerySlots() SlotListProps {
	group := func(title string, times ...string) SlotGroup {
		g := SlotGroup{Title: title}
		for _, t := range times {
			g.Slots = append(g.Slots, Slot{Label: t, Href: "#", Context: "Tuesday 24 November", Selected: t == "14:30"})
		}
		return g
	}
	return SlotListProps{ID: "g-slots", Title: "Tuesday 24 November 2026", Zone: "Times in Europe/Paris", Groups: []SlotGroup{
		group("Morning", "09:00", "09:30", "10:15", "11:00"), group("Afternoon", "13:30", "14:30", "15:15"), group("Evening", "18:00"),
	}}
}

func galleryWeek() WeekGridProps {
	w := WeekGridProps{ID: "g-week", Caption: "Amelia Okafor, 23 to 27 November 2026", First: 32}
	for h := 8; h < 18; h++ {
		w.Hours = append(w.Hours, fmt.Sprintf("%02d:00", h))
	}
	for i, name := range []string{"Mon", "Tue", "Wed", "Thu", "Fri"} {
		w.Days = append(w.Days, GridDay{Name: name, Number: 23 + i, Label: fmt.Sprintf("%s %d November", name, 23+i),
			Open: []GridSpan{{36, 48}, {52, 68}}})
	}
	w.Days[0].Today, w.Days[0].Now = true, 42
	w.Days[0].Events = []GridEvent{
		{From: 38, To: 41, Time: "09:30 – 10:15", Title: "Noah Lindqvist", Detail: "Mortgage advice", Href: "#", Icon: "video", Tone: Success, Status: "Link ready"},
		{From: 44, To: 46, Time: "11:00 – 11:30", Title: "Fatima El Amrani", Detail: "Account opening", Href: "#", Icon: "video", Tone: Info, Status: "Link pending"},
		{From: 56, To: 57, Time: "14:00 – 14:15", Title: "Call back", Href: "#", Icon: "phone"},
	}
	w.Days[1].Events = []GridEvent{
		{From: 36, To: 44, Time: "09:00 – 11:00", Title: "Team meeting", Tone: Neutral, Icon: "people"},
		{From: 40, To: 46, Time: "10:00 – 11:30", Title: "J.-B. Moreau", Detail: "Investment review", Href: "#", Icon: "place", Tone: Warning, Status: "At risk"},
		{From: 60, To: 64, Time: "15:00 – 16:00", Title: "O. Tanaka", Detail: "Mortgage advice", Href: "#", Icon: "phone", Tone: Danger, Status: "Failed"},
	}
	w.Days[3].Events = []GridEvent{{From: 32, To: 72, Time: "08:00 – 18:00", Title: "Time off", Icon: "sun"}}
	return w
}

func galleryStats() []Stat {
	return []Stat{
		{Figure: "128", Label: "All", Hint: "this week", Href: "#", Current: true},
		{Figure: "119", Label: "Ready", Tone: Success, Href: "#"},
		{Figure: "6", Label: "Pending", Tone: Info, Href: "#"},
		{Figure: "2", Label: "At risk", Tone: Warning, Href: "#"},
		{Figure: "1", Label: "Failed", Tone: Danger, Hint: "since 09:12", Href: "#"},
	}
}

func gallerySteps() []Step {
	return []Step{
		{Label: "Before you start", Done: true, Href: "#"}, {Label: "Sign-in names", Done: true, Href: "#"},
		{Label: "Directory", Current: true}, {Label: "Permission"}, {Label: "Check"}, {Label: "Finish"},
	}
}

func galleryFacts() []Fact {
	return []Fact{
		{Term: "Service", Text: "Mortgage advice, 45 minutes", Icon: "services"},
		{Term: "With", Body: Person("Priya Raman", "Adviser, Lyon branch"), Icon: "person"},
		{Term: "When", Text: "Tuesday 24 November 2026, 14:30 – 15:15 (Europe/Paris)", Icon: "calendar"},
		{Term: "Where", Text: "Teams video call", Icon: "video"},
	}
}

func galleryAgenda() []AgendaItem {
	return []AgendaItem{
		{Time: "08:45 – 09:00", Title: "Call back Ms. Duarte", Icon: "phone", Past: true},
		{Time: "09:30 – 10:15", Title: "Noah Lindqvist", Detail: "Mortgage advice · Teams video call", Href: "#", Icon: "video", Tone: Success, Status: "Link ready", Now: true,
			Actions: LinkButton(ButtonProps{Label: "Join", Kind: Primary, Href: "#", Context: "the call with Noah Lindqvist"})},
		{Time: "11:00 – 11:30", Title: "Fatima El Amrani", Detail: "Account opening · Zoom video call", Href: "#", Icon: "video", Tone: Info, Status: "Link pending"},
	}
}

func galleryHistory() []Moment {
	return []Moment{
		{Tone: Success, Text: "Link restored", Who: "Parley", When: "Today, 09:14", Stamp: "2026-11-22T09:14:00Z"},
		{Tone: Danger, Text: "Microsoft refused to make the meeting: the service account has no licence", Who: "Parley", When: "Today, 09:12", Stamp: "2026-11-22T09:12:00Z"},
		{Icon: "swap", Text: "Moved from 10:00 to 14:30", Who: "Amelia Okafor", When: "Yesterday, 17:40", Stamp: "2026-11-21T17:40:00Z"},
		{Icon: "add", Text: "Booked", Who: "Noah Lindqvist", When: "Friday 20 November, 12:02", Stamp: "2026-11-20T12:02:00Z"},
	}
}

func galleryChart() BarChartProps {
	p := BarChartProps{Title: "Appointments by day", LabelHead: "Day", ValueHead: "Appointments", TableLabel: "Show as a table"}
	for i, d := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat"} {
		v := []float64{24, 31, 28, 12, 33, 0}[i]
		p.Bars = append(p.Bars, Bar{Label: d, Value: v, Text: num(v)})
	}
	return p
}

func galleryChoices(columns int) ChoiceProps {
	p := ChoiceProps{Name: "g-method", Legend: "How do you want to meet?", Hint: "You can change this later.", Required: true, Value: "teams", Columns: columns}
	p.Options = []Choice{
		{Value: "teams", Title: "Video call", Hint: "Microsoft Teams; nothing to install.", Icon: "video", Badge: "Recommended", BadgeTone: Success, Meta: "45 min"},
		{Value: "phone", Title: "Phone", Hint: "We call you.", Icon: "phone", Meta: "30 min"},
		{Value: "branch", Title: "At the branch", Hint: "12 rue de la République, Lyon.", Icon: "place", Meta: "45 min"},
		{Value: "home", Title: "At your home", Icon: "home", Disabled: true, Reason: "Not offered for this service."},
	}
	return p
}

// galleryForm is a form that goes nowhere.
func galleryForm() FormProps { return FormProps{Action: "#", CSRF: "sample"} }

// texts runs components one after the other.
func texts(all ...templ.Component) templ.Component { return templ.Join(all...) }
