// Package meeting owns agreed times between people: what is wanted (the
// meeting), what a vendor has (the conference), the one job that makes the
// second follow the first, and the permanent join link that both stand behind.
//
// A verb (Book, Move, Cancel, Change) runs in its caller's transaction and says
// only what is wanted; it rings the job of the meeting. The job compares wanted
// with seen, takes one step, saves and looks again. Making, fitting, ending,
// repairing, switching the provider and checking before the start are all that
// one job, and nothing in it knows which vendor it talks to.
//
// The room does not own who may book what (appointment and its kin), who is
// told (whoever fills OnChange), people's time (calendar) or a vendor's leave
// (vault).
package meeting
