package entra

import (
	"net/http"

	"parley/internal/sandbox/directory"
)

// demand is a rule of a tenant that stands between an account and its next token.
type demand struct {
	err, sub, text string
	// bars says that signing in again does not help either.
	bars bool
}

// demands are the rules that are played, by AADSTS number ("Microsoft Entra authentication and authorization error
// codes").
var demands = map[int]demand{
	50072:  {"interaction_required", "basic_action", "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multifactor authentication.", false},
	50074:  {"interaction_required", "basic_action", "Strong authentication is required.", false},
	50076:  {"interaction_required", "basic_action", "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multifactor authentication to access the resource.", false},
	50078:  {"interaction_required", "basic_action", "Presented multifactor authentication has expired due to policies configured by your administrator.", false},
	50079:  {"interaction_required", "basic_action", "You must enroll in multifactor authentication to access the resource.", false},
	50158:  {"interaction_required", "basic_action", "External security challenge not satisfied.", false},
	70043:  {"invalid_grant", "token_expired", "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.", false},
	50055:  {"invalid_grant", "user_password_expired", "The password is expired.", false},
	50144:  {"invalid_grant", "user_password_expired", "The user's Active Directory password has expired.", false},
	50132:  {"invalid_grant", "bad_token", "The session is not valid because of a password change.", false},
	50133:  {"invalid_grant", "bad_token", "Session is invalid due to expiration or recent password change.", false},
	50105:  {"invalid_grant", "message_only", "Your administrator has configured the application to block users unless they are specifically granted access to it.", true},
	53000:  {"interaction_required", "message_only", "Your device is required to be compliant to access this resource.", true},
	53003:  {"interaction_required", "message_only", "Access has been blocked by Conditional Access policies.", true},
	53011:  {"interaction_required", "message_only", "User blocked due to risk on home tenant.", true},
	530032: {"interaction_required", "message_only", "Access has been blocked by security policy.", true},
}

// Demandable tells whether there is such a rule; zero means none.
func Demandable(code int) bool {
	_, known := demands[code]
	return known || code == 0
}

// Demands are the numbers of the rules that are played.
func Demands() []int {
	return []int{50072, 50074, 50076, 50078, 50079, 50158, 70043, 50055, 50144, 50132, 50133, 50105, 53000, 53003, 53011, 530032}
}

// Demanded says in Microsoft's words what a rule demands.
func Demanded(code int) string { return demands[code].text }

// unmet is the refusal of a token because of a rule that stands against the account.
func unmet(u directory.User) *refusal {
	d := demands[u.Demand.Code]
	n := refuse(http.StatusBadRequest, d.err, u.Demand.Code, d.text)
	n.sub = d.sub
	return n
}

// barred is the refusal of a sign-in because of a rule that signing in cannot meet; nil where it can.
func barred(u directory.User) *refusal {
	d, known := demands[u.Demand.Code]
	if !known || !d.bars {
		return nil
	}
	return refuse(http.StatusForbidden, "access_denied", u.Demand.Code, d.text)
}
