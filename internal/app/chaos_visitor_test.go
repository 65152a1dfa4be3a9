package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html/atom"
)

// A visitor is one client, who knows what the pages told them.
type visitor struct {
	*walker
	n         int
	rand      *rand.Rand
	manage    string
	join      string
	cancelled bool
}

// newVisitor is a client at an address of their own: one address may not book
// five hundred times.
func (c *chaos) newVisitor(n int) *visitor {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n/200), byte(n%200+1))}, Timeout: 5 * time.Second}
	jar, _ := cookiejar.New(nil)
	w := &walker{http: &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}}}
	return &visitor{walker: w, n: n, rand: rand.New(rand.NewPCG(c.seed, uint64(n)+2))}
}

// visit books; one in four has a change of mind at once.
func (c *chaos) visit(v *visitor) error {
	if err := c.bookFor(v); err != nil {
		return fmt.Errorf("book: %w", err)
	}
	return c.perhaps(v, 8)
}

// revisit comes back later: every other client has a change of mind.
func (c *chaos) revisit(v *visitor) error {
	if v.join == "" || v.cancelled {
		return nil
	}
	return c.perhaps(v, 4)
}

// perhaps moves one in so many, and cancels as many.
func (c *chaos) perhaps(v *visitor, one int) error {
	switch v.rand.IntN(one) {
	case 0:
		if err := c.moveFor(v); err != nil {
			return fmt.Errorf("move: %w", err)
		}
	case 1:
		if err := c.cancelFor(v); err != nil {
			return fmt.Errorf("cancel: %w", err)
		}
	}
	return nil
}

// errOther says that what was wished for cannot be had: another is to be chosen.
var errOther = errors.New("not that one")

// insist tries again while the program is down; nobody knows whether what was
// asked for has happened, so do looks first.
func (c *chaos) insist(do func(ctx context.Context) error) error {
	ctx, stop := context.WithTimeout(c.t.Context(), 3*time.Minute)
	defer stop()
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// bookFor sends the form of the booking page. Who got no answer sends it again
// with the same key.
func (c *chaos) bookFor(v *visitor) error {
	key := fmt.Sprintf("chaos-%d-%d", c.seed, v.n)
	var start time.Time
	return c.insist(func(ctx context.Context) (err error) {
		if start.IsZero() {
			if start, err = c.freeTime(ctx, v); err != nil {
				return err
			}
		}
		err = c.sendBooking(ctx, v, start, key)
		if errors.Is(err, errOther) {
			start = time.Time{}
		}
		return err
	})
}

func (c *chaos) freeTime(ctx context.Context, v *visitor) (time.Time, error) {
	q := url.Values{"method": {"video"}, "staff": {"any"}, "day": {c.days[v.rand.IntN(len(c.days))]}, "month": {""}}
	if err := v.open(ctx, c.service+"?"+q.Encode()); err != nil {
		return time.Time{}, err
	}
	var free []time.Time
	for n := range v.page.Descendants() {
		if u, err := url.Parse(attr(n, "href")); err == nil && u.Query().Has("start") {
			if at, err := time.Parse(time.RFC3339, u.Query().Get("start")); err == nil {
				free = append(free, at)
			}
		}
	}
	if len(free) == 0 {
		return time.Time{}, fmt.Errorf("no free time: %w", errOther)
	}
	return free[v.rand.IntN(len(free))], nil
}

func (c *chaos) sendBooking(ctx context.Context, v *visitor, start time.Time, key string) error {
	q := url.Values{"method": {"video"}, "staff": {"any"}, "start": {start.Format(time.RFC3339)}}
	if err := v.open(ctx, c.service+"?"+q.Encode()); err != nil {
		return err
	}
	if !v.offers("email") {
		return fmt.Errorf("no form: %w", errOther)
	}
	err := v.press(ctx, "Confirm", "name", fmt.Sprintf("Client %d", v.n), "email", fmt.Sprintf("client%d@mail.example", v.n), "key", key,
		v.fieldStarting("answer.", atom.Select), "Moving home")
	if err != nil {
		return err
	}
	if v.manage, v.join = v.at.String(), v.copied("/j/"); v.join == "" {
		return fmt.Errorf("not booked (%d): %w", v.status, errOther)
	}
	v.manage, _, _ = strings.Cut(v.manage, "?")
	return nil
}

// moveFor takes another free time on the client's own page. Without an answer
// the page is asked whether it was moved: "was at" stands there then.
func (c *chaos) moveFor(v *visitor) error {
	var before time.Time
	return c.insist(func(ctx context.Context) error {
		now, err := c.timeOf(ctx, v)
		if err != nil {
			return err
		}
		if before.IsZero() {
			before = now
		}
		if !now.Equal(before) {
			return nil
		}
		if err := v.open(ctx, v.manage+"/reschedule?day="+c.days[v.rand.IntN(len(c.days))]); err != nil {
			return err
		}
		step := &tour{client: v.walker}
		if err := step.chooseSlot(ctx, v.rand.IntN(6)); err != nil {
			return err
		}
		if err := v.press(ctx, "Move the appointment"); err != nil {
			return err
		}
		return errors.New("let me look")
	})
}

// timeOf is when the client's own calendar file says that it begins.
func (c *chaos) timeOf(ctx context.Context, v *visitor) (time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.manage+"/invite.ics", nil)
	if err != nil {
		return time.Time{}, err
	}
	answer, err := v.http.Do(req)
	if err != nil {
		return time.Time{}, err
	}
	defer answer.Body.Close()
	file, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return time.Time{}, err
	}
	begins := icsBegins.FindSubmatch(file)
	if begins == nil {
		return time.Time{}, fmt.Errorf("the calendar file (status %d) has no begin: %.300s", answer.StatusCode, file)
	}
	zone, err := time.LoadLocation(string(begins[1]))
	if err != nil {
		return time.Time{}, err
	}
	return time.ParseInLocation("20060102T150405", string(begins[2]), zone)
}

// icsBegins is when the event of a calendar file begins, after the zone that it
// is told in.
var icsBegins = regexp.MustCompile(`(?s)BEGIN:VEVENT.*?DTSTART;TZID=([^:\r\n]+):(\d{8}T\d{6})`)

func (c *chaos) cancelFor(v *visitor) error {
	err := c.insist(func(ctx context.Context) error {
		if err := v.open(ctx, v.manage); err != nil {
			return err
		}
		if v.shows("cancelled") {
			return nil
		}
		if err := v.open(ctx, v.manage+"/cancel"); err != nil {
			return err
		}
		if err := v.press(ctx, "Cancel the appointment"); err != nil {
			return err
		}
		return errors.New("let me look")
	})
	v.cancelled = err == nil
	return err
}
