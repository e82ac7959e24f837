// Package chains finds the truth of what safeport says of how a port's holder came to run, and of how it is stopped: each way
// in which programs are started is set up for real, safeport is asked, the command that it prints is run as it is printed, and
// the port is asked again. There is nothing in it but tests.
package chains
