package graph

import (
	"net/http"

	"parley/internal/sandbox/directory"
)

func (g *Graph) context(kind string) string { return g.Base + "/v1.0/$metadata#" + kind }

func (g *Graph) getMe(w http.ResponseWriter, r *http.Request, c caller) { g.showUser(w, r, c, c.User) }

func (g *Graph) showUser(w http.ResponseWriter, r *http.Request, c caller, u directory.User) {
	if unknown := unknownField(r.URL.Query()); unknown != "" {
		noSuchProperty(w, r, unknown)
		return
	}
	shown := view(c, &u, wanted(r.URL.Query()))
	shown["@odata.context"] = g.context("users/$entity")
	writeJSON(w, r, http.StatusOK, shown)
}

func (g *Graph) getUser(w http.ResponseWriter, r *http.Request, c caller) {
	u, ok := g.World.User(c.Tenant, r.PathValue("id"))
	t, _ := g.World.Tenant(c.Tenant)
	hidden := t.UsersHidden && !c.Admin && !c.grant.Application
	if ok && u.ID != c.ID && (hidden || !c.grant.Has(readsPeople...)) {
		denied(w, r)
		return
	}
	if !ok {
		fail(w, r, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+r.PathValue("id")+"' does not exist or one of its queried reference-property objects are not present.")
		return
	}
	g.showUser(w, r, c, u)
}

func (g *Graph) organization(w http.ResponseWriter, r *http.Request, c caller) {
	t, _ := g.World.Tenant(c.Tenant)
	domains := []any{}
	for i, name := range t.Domains {
		domains = append(domains, map[string]any{"name": name, "isDefault": i == 0, "isInitial": i == 0, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline"})
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("organization"), "value": []any{
		map[string]any{"id": t.ID, "displayName": t.Name, "verifiedDomains": domains, "tenantType": "AAD"},
	}})
}

// subject is the person a licence call is about: the caller, or someone whose licences the caller may read.
func (g *Graph) subject(w http.ResponseWriter, r *http.Request, c caller) (directory.User, bool) {
	id := r.PathValue("id")
	if id == "" {
		return c.User, true
	}
	u, ok := g.World.User(c.Tenant, id)
	if !ok {
		fail(w, r, http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist.")
		return u, false
	}
	if u.ID != c.ID && !c.grant.Has(readsLicences...) {
		denied(w, r)
		return u, false
	}
	return u, true
}

func (g *Graph) licences(w http.ResponseWriter, r *http.Request, c caller) {
	u, ok := g.subject(w, r, c)
	if !ok {
		return
	}
	value := []any{}
	if u.Licensed {
		status := "Success"
		if u.TeamsOff {
			status = "Disabled"
		}
		value = append(value, map[string]any{"id": "sku-" + u.ID, "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965", "skuPartNumber": "SPE_E3",
			"servicePlans": []any{
				map[string]any{"servicePlanId": "efb87545-963c-4e0d-99df-69c6916d9eb0", "servicePlanName": "EXCHANGE_S_ENTERPRISE", "provisioningStatus": "Success", "appliesTo": "User"},
				map[string]any{"servicePlanId": teamsPlan, "servicePlanName": "TEAMS1", "provisioningStatus": status, "appliesTo": "User"},
			}})
	}
	writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("users('" + u.ID + "')/licenseDetails"), "value": value})
}

func (g *Graph) teamsLicensing(w http.ResponseWriter, r *http.Request, c caller) {
	if u, ok := g.subject(w, r, c); ok {
		writeJSON(w, r, http.StatusOK, map[string]any{"@odata.context": g.context("microsoft.graph.teamsLicensingDetails"), "hasTeamsLicense": u.Teams()})
	}
}
