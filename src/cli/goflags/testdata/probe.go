// A cfssl whose only command, "version", prints what cfssl's own flag parser read: one line per flag or
// argument, bytes in hexadecimal. Built inside cfssl's source tree as cmd/probe.
package main

import (
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/cloudflare/cfssl/cli"
	"github.com/cloudflare/cfssl/log"
)

func main() {
	probe := &cli.Command{UsageText: "USAGE\n", Main: show}
	if cli.Start(map[string]*cli.Command{"version": probe}) != nil {
		os.Exit(1)
	}
}

func show(args []string, c cli.Config) error {
	for _, arg := range args {
		fmt.Printf("arg %x\n", arg)
	}
	fields := reflect.ValueOf(c)
	for i := 0; i < fields.NumField(); i++ {
		name := fields.Type().Field(i).Name
		switch value := fields.Field(i).Interface().(type) {
		case string:
			fmt.Printf("%s %x\n", name, value)
		case time.Duration:
			fmt.Printf("%s %d\n", name, int64(value))
		case bool, int:
			fmt.Printf("%s %v\n", name, value)
		}
	}
	fmt.Printf("Level %d\n", log.Level)
	return nil
}
