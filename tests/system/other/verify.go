// SPDX-License-Identifier: Apache-2.0

// Command verify holds what a site publishes against an implementation that is not ours: the signed-note and transparency-log packages
// of golang.org/x/mod.  It reads one JSON object from standard input and prints one line a check; it exits 1 at the first that fails.
//
//	key              verifier key, name+hexid+base64
//	checkpoint       signed note
//	records          seq, data (header || body hash, base64), inclusion (base64 hashes) in that checkpoint
//	old_checkpoint   an earlier signed note, and
//	consistency      the proof between the two (base64 hashes)
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type record struct {
	Seq       int64    `json:"seq"`
	Data      []byte   `json:"data"`
	Inclusion [][]byte `json:"inclusion"`
}

type evidence struct {
	Key           string   `json:"key"`
	Checkpoint    string   `json:"checkpoint"`
	Records       []record `json:"records"`
	OldCheckpoint string   `json:"old_checkpoint"`
	Consistency   [][]byte `json:"consistency"`
}

func check(what string, err error) {
	if err != nil {
		fmt.Printf("FAILED %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Printf("ok %s\n", what)
}

func hashes(raw [][]byte) []tlog.Hash {
	list := make([]tlog.Hash, len(raw))
	for i, one := range raw {
		if len(one) != tlog.HashSize {
			check("hash size", fmt.Errorf("%d bytes", len(one)))
		}
		copy(list[i][:], one)
	}
	return list
}

// open verifies the note's signature and parses the three lines of a checkpoint: origin, size, root.
func open(text, key, what string) (origin string, size int64, root tlog.Hash) {
	verifier, err := note.NewVerifier(key)
	check(what+" key", err)
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	check(what+" signature", err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		check(what+" body", fmt.Errorf("%d lines", len(lines)-1))
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	check(what+" size", err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	if err == nil && len(raw) != tlog.HashSize {
		err = fmt.Errorf("root of %d bytes", len(raw))
	}
	check(what+" root", err)
	copy(root[:], raw)
	return lines[0], size, root
}

func main() {
	var given evidence
	check("input", json.NewDecoder(os.Stdin).Decode(&given))
	origin, size, root := open(given.Checkpoint, given.Key, "checkpoint")
	if !strings.HasPrefix(given.Key, origin+"+") {
		check("origin", fmt.Errorf("%q is not the key's name", origin))
	}
	for _, one := range given.Records {
		proof := tlog.RecordProof(hashes(one.Inclusion))
		err := tlog.CheckRecord(proof, size, root, one.Seq, tlog.RecordHash(one.Data))
		check(fmt.Sprintf("record %d in a tree of %d", one.Seq, size), err)
	}
	if given.OldCheckpoint != "" {
		_, oldSize, oldRoot := open(given.OldCheckpoint, given.Key, "old checkpoint")
		err := tlog.CheckTree(tlog.TreeProof(hashes(given.Consistency)), size, root, oldSize, oldRoot)
		check(fmt.Sprintf("tree of %d continues that of %d", size, oldSize), err)
	}
}
