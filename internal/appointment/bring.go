package appointment

import (
	"strings"

	"parley/internal/card"
	"parley/internal/fault"
)

// bringMost is as long as a list may be that people still read on their way out.
const bringMost = 12

// tidyLines trims lines and drops empty ones.
func tidyLines(lines []string) (kept []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

func checkBring(lines []string) *fault.Error {
	if len(lines) > bringMost {
		return fault.New(fault.Invalid, "appointment.bring.many", "Max", bringMost)
	}
	for _, line := range lines {
		if err := checkLine(line, lineMax, "appointment.bring.missing"); err != nil {
			return err
		}
	}
	return nil
}

// bring are facts of a card: what the client brings, each under the same label,
// so that it is clear wherever a card is cut.
func (v View) bring() (facts []card.Fact) {
	for _, line := range v.Service.Bring {
		facts = append(facts, fact("bring", card.String("", "☐ "+line)))
	}
	return facts
}

// bringLines are the same for the text of a calendar entry.
func (v View) bringLines() (lines []card.Text) {
	if len(v.Service.Bring) > 0 {
		lines = append(lines, card.Say("appointment.event.bring"))
	}
	for _, line := range v.Service.Bring {
		lines = append(lines, card.Value(card.String("", "- "+line)))
	}
	return lines
}
