package graph

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"sync"
	"time"

	"parley/internal/connector"
)

const (
	// keySets bounds the sets that are kept: one for each tenant lately seen.
	keySets = 64
	// keysPerSet bounds one set; Microsoft publishes fewer than ten.
	keysPerSet = 50
	// keysFresh is how long a set is believed.
	keysFresh = 24 * time.Hour
	// keysPause is the least time between two fetches for an unknown key, so
	// that made-up key ids cannot make us hammer the login host.
	keysPause = 30 * time.Second
	// keyBits is the weakest key that is believed.
	keyBits = 2048
)

var errNoKey = errors.New("no such signing key")

// keyCache keeps the public signing keys of the login host.
type keyCache struct {
	client *http.Client
	mu     sync.Mutex
	sets   map[string]keySet
}

type keySet struct {
	fetched time.Time
	keys    map[string]*rsa.PublicKey
}

// get returns the key of the id, fetching the set when it is old or does not
// hold the key. One fetch at a time: the lock is held while it lasts.
func (c *keyCache) get(ctx context.Context, address, kid string, now time.Time) (*rsa.PublicKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set, have := c.sets[address]
	age := now.Sub(set.fetched)
	stale := !have || age > keysFresh || age < 0
	if key := set.keys[kid]; key != nil && !stale {
		return key, nil
	}
	if stale || age > keysPause {
		fresh, err := c.fetch(ctx, address)
		if err != nil {
			return nil, err
		}
		c.keep(address, keySet{fetched: now, keys: fresh})
		set = c.sets[address]
	}
	if key := set.keys[kid]; key != nil {
		return key, nil
	}
	return nil, errNoKey
}

func (c *keyCache) keep(address string, set keySet) {
	if c.sets == nil || len(c.sets) >= keySets {
		c.sets = map[string]keySet{}
	}
	c.sets[address] = set
}

// jwk is one key of a JSON Web Key Set (RFC 7517).
type jwk struct {
	Type     string `json:"kty"`
	Use      string `json:"use"`
	ID       string `json:"kid"`
	Modulus  string `json:"n"`
	Exponent string `json:"e"`
}

func (c *keyCache) fetch(ctx context.Context, address string) (map[string]*rsa.PublicKey, error) {
	var answer struct {
		Keys []jwk `json:"keys"`
	}
	_, err := connector.Call(ctx, c.client, connector.Request{Method: http.MethodGet, URL: address, Into: &answer, Repeatable: true})
	if err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range answer.Keys[:min(len(answer.Keys), keysPerSet)] {
		if key := k.public(); key != nil && k.ID != "" {
			keys[k.ID] = key
		}
	}
	return keys, nil
}

// public is the RSA key, or nil for one that we do not use.
func (k jwk) public() *rsa.PublicKey {
	n, errN := base64.RawURLEncoding.DecodeString(k.Modulus)
	e, errE := base64.RawURLEncoding.DecodeString(k.Exponent)
	if k.Type != "RSA" || (k.Use != "" && k.Use != "sig") || errN != nil || errE != nil || len(e) > 4 {
		return nil
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if key.N.BitLen() < keyBits || key.N.BitLen() > 4*keyBits || key.E < 3 {
		return nil
	}
	return key
}
