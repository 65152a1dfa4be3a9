package words

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// zones keeps the zones that were asked for, because package time reads the
// zone's file anew each time. Only names that exist are kept.
var zones sync.Map // name -> *time.Location

// Zone returns the time zone of an IANA name. It refuses the empty name and
// "Local", which mean whatever the machine is set to.
func Zone(name string) (*time.Location, bool) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), true
	}
	if name == "" || name == "Local" {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	zones.Store(name, zone)
	return zone, true
}

// ZoneName names the reader's zone for people, with the clock in use at the
// instant: "London time (GMT, UTC+0)".
func (r Reader) ZoneName(at time.Time) string {
	zone := r.location()
	detail := r.zoneDetail(at)
	if zone == time.UTC || zone.String() == "UTC" || zone.String() == "Etc/UTC" {
		return r.T("words.zone.utc")
	}
	city := r.City(zone.String())
	key := "words.zone"
	if strings.ContainsAny(firstLetter(city), "AEIOUYÉÎaeiouyéî") {
		key = "words.zone.vowel" // French elides: "heure d’Athènes".
	}
	return r.T(key, "City", city, "Clock", detail)
}

func firstLetter(s string) string {
	for _, c := range s {
		return string(c)
	}
	return " "
}

// zoneDetail is "GMT, UTC+0", or only "UTC−3" where the clock has no name.
func (r Reader) zoneDetail(at time.Time) string {
	at = at.In(r.location())
	_, seconds := at.Zone()
	name, off := clock(at), offset(seconds)
	if name == off {
		return off
	}
	return name + ", " + off
}

// offset writes a distance from UTC: "UTC+0", "UTC−3", "UTC+5:30".
func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	hours, minutes := seconds/3600, seconds%3600/60
	if minutes == 0 {
		return fmt.Sprintf("UTC%s%d", sign, hours)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, hours, minutes)
}

// City is the name of the place after which a zone is called, in the reader's
// language where the catalogue knows it.
func (r Reader) City(zone string) string {
	if key := "words.city." + zone; r.Has(key) {
		return r.T(key)
	}
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// A Region is a part of the zone picker.
type Region struct {
	// Name is the region's name in the reader's language.
	Name string
	// Zones are its zones, from west to east as listed.
	Zones []ZoneChoice
}

// A ZoneChoice is one zone of the picker.
type ZoneChoice struct {
	// Name is the IANA name, such as "Europe/London".
	Name string
	// Label is what people read: "London (GMT, UTC+0)".
	Label string
}

// Zones lists the zones to choose from, by region, with the clock each is on at
// the instant. It is a choice of well-known places, not all of IANA's: a page
// adds the zone somebody already has.
func (r Reader) Zones(at time.Time) []Region {
	list := make([]Region, len(regions))
	for i, region := range regions {
		list[i].Name = r.T(region.key)
		for _, name := range region.zones {
			list[i].Zones = append(list[i].Zones, r.ZoneChoice(name, at))
		}
	}
	return list
}

// ZoneChoice labels one zone for a picker.
func (r Reader) ZoneChoice(name string, at time.Time) ZoneChoice {
	zone, ok := Zone(name)
	if !ok {
		return ZoneChoice{Name: name, Label: name}
	}
	return ZoneChoice{Name: name, Label: r.T("words.zone.choice", "City", r.City(name), "Clock", r.In(zone).zoneDetail(at))}
}

var regions = []struct {
	key   string
	zones []string
}{
	{"words.region.europe", strings.Fields(`Atlantic/Azores Atlantic/Reykjavik Europe/Dublin Europe/Lisbon Europe/London
		Europe/Amsterdam Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest
		Europe/Copenhagen Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Oslo Europe/Paris Europe/Prague
		Europe/Rome Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Europe/Athens
		Europe/Bucharest Europe/Helsinki Europe/Kyiv Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius
		Europe/Istanbul Europe/Moscow`)},
	{"words.region.americas", strings.Fields(`Pacific/Honolulu America/Anchorage America/Los_Angeles America/Vancouver
		America/Denver America/Phoenix America/Edmonton America/Chicago America/Winnipeg America/Mexico_City
		America/Costa_Rica America/Regina America/New_York America/Toronto America/Bogota America/Lima America/Panama
		America/Jamaica America/Halifax America/Puerto_Rico America/Caracas America/La_Paz America/Martinique
		America/Santiago America/St_Johns America/Argentina/Buenos_Aires America/Montevideo America/Sao_Paulo`)},
	{"words.region.africa", strings.Fields(`Africa/Casablanca Africa/Abidjan Africa/Accra Africa/Dakar Africa/Algiers
		Africa/Kinshasa Africa/Lagos Africa/Tunis Africa/Cairo Africa/Johannesburg Africa/Kigali Africa/Tripoli
		Africa/Addis_Ababa Africa/Nairobi Indian/Antananarivo Indian/Mauritius Indian/Reunion`)},
	{"words.region.asia", strings.Fields(`Asia/Beirut Asia/Jerusalem Asia/Amman Asia/Baghdad Asia/Kuwait Asia/Qatar
		Asia/Riyadh Asia/Tehran Asia/Dubai Asia/Tbilisi Asia/Yerevan Asia/Baku Asia/Kabul Asia/Karachi Asia/Tashkent
		Asia/Almaty Asia/Kolkata Asia/Colombo Asia/Kathmandu Asia/Dhaka Asia/Bangkok Asia/Ho_Chi_Minh Asia/Jakarta
		Asia/Hong_Kong Asia/Kuala_Lumpur Asia/Manila Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Seoul Asia/Tokyo`)},
	{"words.region.oceania", strings.Fields(`Australia/Perth Australia/Darwin Australia/Adelaide Australia/Brisbane
		Australia/Sydney Australia/Melbourne Australia/Hobart Pacific/Guam Pacific/Noumea Pacific/Auckland
		Pacific/Fiji Pacific/Tahiti`)},
	{"words.region.utc", []string{"UTC"}},
}
