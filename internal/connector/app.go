package connector

import "context"

// An App describes our own application at a vendor: what the operator registers
// there and enters here, in the words of the vendor's portal, so that a page can
// draw any vendor's. All texts are catalogue keys unless a field says otherwise.
type App struct {
	// Portal is the address of the page where applications are registered, and
	// PortalPath the way there as the portal names it, both literal.
	Portal, PortalPath string
	// Steps are what to do there, in order.
	Steps []string
	// ID, Secret and Certificate are what to enter here. A vendor that takes no
	// certificate has no name for it.
	ID, Secret, Certificate Question
	// Redirect is what the portal calls the address that browsers are sent back
	// to; Webhooks are further addresses that it asks for.
	Redirect Endpoint
	Webhooks []Endpoint
	// Permissions are what the application has to be allowed there.
	Permissions []Permission
	// Where is what Try has to be told beside the registration, if anything.
	Where Question
	// Check finds what is wrong with a registration without asking anybody. Its
	// faults point to FieldID, FieldSecret and FieldCertificate.
	Check func(r Registration) error
	// Try proves the registration at the vendor, without anybody's consent. A
	// fault that points to FieldWhere is about that answer.
	Try func(ctx context.Context, r Registration, where string) error
}

// The fields that faults of a registration point to.
const (
	FieldID          = "client_id"
	FieldSecret      = "secret"
	FieldCertificate = "certificate"
	FieldWhere       = "where"
)

// An Endpoint is an address of ours that is entered in a vendor's portal.
type Endpoint struct {
	Label, Hint string
	// Path is the address on this site.
	Path string
}

// Kinds of permission.
const (
	// Delegated is used in the name of the account that signed in.
	Delegated = "delegated"
	// Application is used without anybody signed in.
	Application = "application"
)

// A Permission is one thing that our application has to be allowed.
type Permission struct {
	// Name is the permission as the vendor's portal names it, literal.
	Name string
	// Kind is Delegated or Application.
	Kind string
	// Why is the reason.
	Why string
}

// A Registration is our own application at a vendor, as the operator set it: an
// id, and a secret or a certificate that proves it.
type Registration struct {
	ClientID string
	Secret   Secret
	// Certificate stands instead of a secret: a certificate and its private key,
	// as PEM.
	Certificate Secret
}

// Complete reports whether the operator has supplied both parts.
func (r Registration) Complete() bool {
	return r.ClientID != "" && (!r.Secret.Empty() || !r.Certificate.Empty())
}
