// Package exam asks safeport about real situations on lab hosts and compares what it says with the truth, which is found
// by really starting the service in that situation and asking it from the peer. The ways of checking that are in common
// use are asked in the same run.
//
// All of it is tests; "make accuracy" prints the table. ../README.md says how a situation is added.
package exam
