package appointment

import (
	"time"

	"parley/internal/card"
	"parley/internal/meeting"
	"parley/internal/org"
)

// SampleWords are the names in a sample, in the reader's language.
type SampleWords struct{ Service, Client, Staff string }

// sampleCode is shaped like the code of a meeting and opens none.
const sampleCode = "2345-6789-FHKM-QRWY"

// Sample is an appointment that nobody has, to show what pages and mails of an
// organization look like. It is in no database.
func Sample(o org.Organization, w SampleWords, now time.Time) View {
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		zone = time.UTC
	}
	day := now.In(zone).AddDate(0, 0, 2)
	starts := time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, zone).UTC()
	v := View{Organization: o, Service: Service{Name: w.Service, Duration: 30 * time.Minute}}
	v.Starts, v.Ends, v.Zone, v.Method, v.State = starts, starts.Add(30*time.Minute), o.Zone, Video, Confirmed
	v.Staff, v.Client = org.Person{ID: "sample-staff", Name: w.Staff}, org.Person{ID: "sample-client", Name: w.Client}
	v.Meeting = meeting.Meeting{Code: sampleCode, Starts: v.Starts, Ends: v.Ends, Zone: o.Zone, Mode: meeting.ByVideo, Lobby: meeting.StaffAdmits, Link: meeting.Ready}
	return v
}

// SampleCard is the mail of a sample's booking.
func SampleCard(v View) card.Card {
	c := confirmedForClient(v, "sample.invalid")
	c.Event = nil
	return c
}
