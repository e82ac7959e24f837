package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// object is any object of Kubernetes.
type object map[string]any

// store is as much of Kubernetes' API as GPUStack's server uses: it keeps objects under their paths, of whichever kind. A
// path that ends in a name is one object, and one that ends in a kind is all of that kind.
type store struct {
	certificates chan tls.Certificate // the first that was written

	mu      sync.Mutex
	objects map[string]object
	version int
}

// newStore has what the gateway itself brings along: its settings, which the server changes.
func newStore() *store {
	return &store{
		objects: map[string]object{
			"/api/v1/namespaces/higress-system/configmaps/higress-config": {
				"apiVersion": "v1", "kind": "ConfigMap",
				"metadata": map[string]any{"name": "higress-config", "namespace": "higress-system", "resourceVersion": "0"},
				"data":     map[string]any{"higress": "downstream: {idleTimeout: 180}\nupstream: {idleTimeout: 10}\n", "mesh": "", "meshNetworks": "networks: {}"},
			},
		},
		certificates: make(chan tls.Certificate, 1),
	}
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := strings.TrimSuffix(r.URL.Path, "/")
	switch r.Method {
	case http.MethodGet:
		s.get(w, at)
	case http.MethodPost:
		s.write(w, r, at, true)
	case http.MethodPut, http.MethodPatch:
		s.write(w, r, at, false)
	case http.MethodDelete:
		delete(s.objects, at)
		answer(w, http.StatusOK, object{"kind": "Status", "apiVersion": "v1", "status": "Success"})
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (s *store) get(w http.ResponseWriter, at string) {
	if found := s.objects[at]; found != nil {
		answer(w, http.StatusOK, found)
		return
	}
	if at == "/api/v1" {
		answer(w, http.StatusOK, object{"kind": "APIResourceList", "groupVersion": "v1", "resources": []any{}})
		return
	}
	if !isKind(at) {
		answer(w, http.StatusNotFound, object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})
		return
	}
	items := []any{}
	for name, one := range s.objects {
		if path.Dir(name) == at {
			items = append(items, one)
		}
	}
	answer(w, http.StatusOK, object{"kind": "List", "apiVersion": "v1", "metadata": object{"resourceVersion": strconv.Itoa(s.version)}, "items": items})
}

// isKind tells the path of a kind from that of an object: a namespaced one has an even number of parts below its version.
func isKind(at string) bool {
	_, below, ok := strings.Cut(at, "/namespaces/")
	if !ok {
		return true
	}
	return strings.Count(below, "/") == 1
}

func (s *store) write(w http.ResponseWriter, r *http.Request, at string, create bool) {
	var written object
	if err := json.NewDecoder(r.Body).Decode(&written); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	meta, _ := written["metadata"].(map[string]any)
	if meta == nil {
		meta = map[string]any{}
	}
	if create {
		at = path.Join(at, fmt.Sprint(meta["name"]))
	}
	if r.Method == http.MethodPatch {
		written = merged(s.objects[at], written)
		meta, _ = written["metadata"].(map[string]any)
	}
	s.version++
	if meta != nil {
		meta["resourceVersion"] = strconv.Itoa(s.version)
		written["metadata"] = meta
	}
	s.objects[at] = written
	s.offer(written)
	status := http.StatusOK
	if create {
		status = http.StatusCreated
	}
	answer(w, status, written)
}

// merged is what a patch makes of an object (RFC 7396).
func merged(target, patch map[string]any) object {
	result := object{}
	for key, value := range target {
		result[key] = value
	}
	for key, value := range patch {
		if value == nil {
			delete(result, key)
			continue
		}
		if inner, ok := value.(map[string]any); ok {
			old, _ := result[key].(map[string]any)
			value = map[string]any(merged(old, inner))
		}
		result[key] = value
	}
	return result
}

func answer(w http.ResponseWriter, status int, o object) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(o) // who asked may have gone
}
