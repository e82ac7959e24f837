package journal

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A journal may be anything: a disk fails, somebody edits it, another user makes one. What is taken for one can be written and read again as
// the same, refers to no release that it does not have, and has a plan; and what was written by the program is read as it was.
func FuzzRecord(f *testing.F) {
	whole := &Record{
		Schema: Schema, Instance: "web", Service: "web", Endpoint: "unix:///var/run/docker.sock", Current: 1, Before: None,
		Words: Words{Files: []string{"/srv/web/compose.yaml"}, Variables: map[string]string{"A": "b"}},
		Releases: []Release{
			{Number: 1, Image: "web:1", Images: map[string]string{"web": "web:1"}, Containers: []Container{{ID: "a", Service: "web", Name: "web-r1-web-1"}}},
			{Number: 2, Image: "web:2", Containers: []Container{{ID: "a", Service: "web", Name: "web-r1-web-1", Made: 1}, {ID: "b", Name: "web"}}},
		},
		Pending: &Pending{Action: Upgrade, From: 1, To: 2, Step: StepWait, Backup: "web-r1", Data: []string{"/data"}},
	}
	good, err := text(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte(`{"schema":"safeport/instance/v1","instance":"web","current":-1,"before":-1,"releases":null}`))
	f.Add([]byte(`{"schema":"safeport/instance/v9","instance":"web"}`))
	f.Add([]byte(`{"schema":"safeport/instance/v1","instance":"web","current":0,"before":0,"releases":[{}],"pending":{"action":"uninstall","from":7,"to":9}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data, "web.json", "web")
		if err != nil {
			if r != nil {
				t.Fatal("a record beside an error")
			}
			_ = err.Error()
			return
		}
		if r.Current != None && r.Release(r.Current) == nil {
			t.Fatalf("current is %d, which is not there", r.Current)
		}
		again, err := text(r)
		if err != nil {
			t.Fatal(err)
		}
		other, err := parse(again, "web.json", "web")
		if err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, again)
		}
		if diff := cmp.Diff(r, other, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
			t.Fatalf("-read +written and read:\n%s", diff)
		}
		r.use()
	})
}

// use does what a run does with a record before it asks the engine.
func (r *Record) use() {
	if p := r.Pending; p != nil && p.Action != Uninstall {
		from, to := r.Apart()
		_ = Plan(p, r.Release(p.From), r.Release(p.To))
		_, _, _ = from, to, p.String()
	}
	_, _ = r.Previous(), r.Next()
	for _, x := range r.Releases {
		_, _ = x.Kept(), r.HasElsewhere("a", x.Number)
		for _, c := range x.Containers {
			_ = AsideName(c, &x)
		}
	}
	_, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
}
