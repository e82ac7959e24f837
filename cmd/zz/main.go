package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"safeport"
)

func main() {
	req := safeport.Request{}
	for _, a := range os.Args[1:] {
		if a == "gpustack" {
			req.Service = a
		} else if strings.HasPrefix(a, "-p") {
			req.Publish = append(req.Publish, a[2:])
		} else if strings.HasPrefix(a, "-e") {
			req.Engine = a[2:]
		} else {
			req.Ports = append(req.Ports, a)
		}
	}
	start := time.Now()
	r, err := safeport.Check(context.Background(), req)
	fmt.Println(time.Since(start), err)
	b, _ := json.MarshalIndent(r, "", " ")
	fmt.Println(string(b))
}
