package safeport_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"

	"github.com/safeport/safeport"
)

func ExampleCheck() {
	// Something has the port already: this program.
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()

	report, err := safeport.Check(context.Background(), safeport.Request{
		Ports:  []string{l.Addr().String()},
		Engine: safeport.NoEngine,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("verdict:", report.Verdict)
	for _, p := range report.Ports {
		fmt.Println("the port is", p.Verdict)
		for _, h := range p.Holders {
			fmt.Printf("held by a %s, which is this one: %v\n", h.Kind, h.PID == os.Getpid())
		}
		fmt.Println("another one is suggested:", p.Suggestion > 0)
	}
	// Output:
	// verdict: blocked
	// the port is busy
	// held by a process, which is this one: true
	// another one is suggested: true
}

func ExampleCheck_usageError() {
	_, err := safeport.Check(context.Background(), safeport.Request{Ports: []string{"80-70"}})
	if usage := new(safeport.UsageError); errors.As(err, &usage) {
		fmt.Println(err)
	}
	// Output: range "80-70" runs backwards: did you mean 70-80?
}

func ExampleFree() {
	report, err := safeport.Free(context.Background(), safeport.FreeRequest{Count: 3, Contiguous: true, Engine: safeport.NoEngine})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(report.Ports), "ports in a row")
	// Output: 3 ports in a row
}

func ExampleMap() {
	report, err := safeport.Map(context.Background(), safeport.Request{Engine: safeport.NoEngine})
	if err != nil {
		log.Fatal(err)
	}
	for _, band := range report.Bands[:2] {
		fmt.Println(band.Name)
	}
	// Output:
	// privileged
	// registered
}

func ExampleWho() {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()

	report, err := safeport.Who(context.Background(), safeport.WhoRequest{
		Ports:  []string{l.Addr().String() + "/tcp"},
		Engine: safeport.NoEngine,
	})
	if err != nil {
		log.Fatal(err)
	}
	h := report.Ports[0].Holders[0]
	fmt.Println(h.State, "on", h.Address, "since it was started:", h.Started != nil)
	// Output: listening on 127.0.0.1 since it was started: true
}
