package appointment

// What the plan tests ask the engines about, of the life of an appointment.
const (
	StrandedOf  = strandedOf
	FollowUpsOf = followUpsOf
	NotesOf     = notesOf
)

// Opened is a note as the table keeps it: open as a follow-up, or done.
func (n Note) Opened(open bool) *Note {
	n.open = open
	return &n
}
