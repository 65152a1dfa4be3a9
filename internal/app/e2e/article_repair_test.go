package e2e_test

import (
	"fmt"
	"net/http"
	"strings"

	"parley/internal/sandbox"
)

// rematches matches everybody again after two changes at Microsoft, and sees
// what came of it.
func (a *article) rematches() {
	a.house.act("people/grace.kim@harbourbank.example/delete", "{}")
	a.house.act("people", `{"tenant":"`+sandbox.TenantID+`","userPrincipalName":"omar.farouk@harbourbank.example","displayName":"Omar Farouk","mail":"omar.farouk@harbourbank.example"}`)
	b := a.dashboard(sandbox.Service)
	b.action("Rematch users")
	b.shows("Rematch all users", "Whoever was matched by hand keeps that account")
	b.press("Rematch all users")
	b.shows("All users of "+sandbox.Service+" are rematched", "Matched: 10", "Newly matched: 1", "Lost: 1")
	b.looks("article-rematched")
	b.follow("Newly matched: 1")
	b.lists("Omar Farouk")
}

// rematchesByItself sees three occasions on which nobody has to ask.
func (a *article) rematchesByItself() {
	b := a.boss
	b.menu("Staff")
	b.shows("Active 15")
	added := a.stranger()
	b.follow("New")
	b.fill("Name", added.Name)
	b.fill("E-mail", added.UPN)
	b.touch(labels, "Everyday banking")
	b.press("Save")
	a.isMatched(added.Name, added.UPN)
	a.house.act("people/julia.novak_partner.example%23EXT%23@harbourbank.example/rename", `{"to":"j.novak@harbourbank.example"}`)
	b.menu("Staff")
	b.follow("Julia Novak")
	b.refill("E-mail", "j.novak@harbourbank.example")
	b.press("Save")
	a.isMatched("Julia Novak", "j.novak@harbourbank.example")
	b.menu("Staff")
	second := a.stranger()
	b.follow("New")
	b.fill("Name", second.Name)
	b.fill("E-mail", second.UPN)
	b.press("Save")
	b.menu("Services")
	b.follow("Mortgage advice")
	b.touch(labels, second.Name)
	b.press("Save")
	a.isMatched(second.Name, second.UPN)
}

// stranger is somebody of Microsoft's who is no staff yet.
func (a *article) stranger() sandbox.User {
	for _, u := range a.house.people() {
		if u.Licensed && !u.Guest && !u.Disabled && u.JobTitle != "" && u.Mail == u.UPN && !strings.Contains(a.boss.said(), u.Name) {
			return u
		}
	}
	a.t.Fatal("everybody at Microsoft is staff")
	return sandbox.User{}
}

// isMatched waits until somebody has a tick, without a rematch.
func (a *article) isMatched(name, upn string) {
	a.t.Helper()
	b := a.dashboard(sandbox.Service)
	a.house.until(name+" is matched", func() error {
		b.open(b.where())
		if said := b.said(); !strings.Contains(said, name) || !strings.Contains(b.row(name), "Matched "+upn) {
			return fmt.Errorf("it says: %.900s", said)
		}
		return nil
	})
}

// reauthorizes signs in again after Microsoft ended the permission.
func (a *article) reauthorizes() {
	b := a.boss
	a.house.act("people/"+sandbox.Service+"/revoke", "{}")
	a.house.act("people/"+sandbox.Service+"/expire", "{}")
	third := client{name: "Lena Fischer", email: "lena.fischer@mail.example", zone: "Europe/London", staff: "Amelia Hart"}
	kept, join, manage := a.client, a.join, a.manage
	a.client = third
	a.scene.book(a.enter())
	pending := a.manage
	a.client, a.join, a.manage = kept, join, manage
	a.dashboard(sandbox.Service)
	b.shows("Reauthorize")
	b.action("Reauthorize")
	b.shows("Have this at hand", sandbox.Service, "Its password, and the person or device with its second factor.")
	b.looks("article-reauthorize")
	b.fill("Directory", "harbourbank.example")
	b.press("Start reauthorization")
	b.shows("Pick an account")
	b.press("Harbour Bank Appointments")
	b.shows(sandbox.Service+" is reauthorized", "Every appointment keeps its link")
	b.looks("article-reauthorized")
	a.house.until("the link that was pending is there", func() error {
		v := a.visitor()
		v.open(pending)
		if said := v.said(); !strings.Contains(said, "The video call is ready") {
			return fmt.Errorf("it says: %.600s", said)
		}
		return nil
	})
}

// keepsLinks finds the first appointment's link where it was, after all of it.
func (a *article) keepsLinks() {
	b := a.visitor()
	b.open(a.join)
	b.shows("Join now")
	b.follow("Join now")
	if at := b.where(); at != a.meeting.JoinWebURL {
		b.t.Errorf("the join link leads to %s, want %s", at, a.meeting.JoinWebURL)
	}
	if got := a.house.door(a.meeting.JoinWebURL); got != "lobby" {
		b.t.Errorf("at Microsoft's door the client gets %q, want the lobby", got)
	}
}

// disconnects is advised to reauthorize first, and told what stays.
func (a *article) disconnects() {
	b := a.dashboard(sandbox.Service)
	b.action("Disconnect")
	b.shows("Disconnect "+sandbox.Service+"?", "Is something not working?", "Try Reauthorize first.")
	b.looks("article-disconnect")
	b.press("Disconnect")
	b.shows(sandbox.Service + " is disconnected.")
	a.keepsLinks()
}

// keepsOthersOut looks at what somebody sees who is no administrator.
func (a *article) keepsOthersOut() {
	b := a.signIn("Amelia Hart")
	if b.has(".rail a, .bottombar a", "Settings") {
		b.t.Error("somebody of the staff is led to the settings")
	}
	for _, path := range []string{"/settings", "/settings/video", "/settings/video/new"} {
		if got := b.status(path); got != http.StatusNotFound && got != http.StatusForbidden {
			b.t.Errorf("%s answers somebody of the staff with %d", path, got)
		}
	}
}

// asksDoctor has the connection examined, well and then with a fault of ours.
func (a *article) asksDoctor() {
	b := a.examines()
	b.shows("things were looked at")
	b.looks("article-doctor-well")
	a.house.act("app", `{"secretExpired":true}`)
	b = a.examines()
	b.shows("Parley's client secret has expired", "Whoever runs this installation of Parley")
	b.unfold("For the vendor’s support: what was answered")
	b.shows("AADSTS7000222")
	b.looks("article-doctor")
	a.house.act("app", `{"secretExpired":false}`)
}

// examines asks for a check and waits for what it found.
func (a *article) examines() *tab {
	b := a.dashboard(sandbox.Service)
	b.action("Check connection")
	b.press("Check connection")
	a.house.until("the check has ended", func() error {
		if said := b.said(); strings.Contains(said, "The connection is being checked") {
			return fmt.Errorf("it says: %.600s", said)
		}
		return nil
	})
	return b
}
