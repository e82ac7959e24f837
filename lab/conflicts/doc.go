// Package conflicts holds the reports on what users of GPUStack run into most, as golden files that read as a person sees
// them. Each is of a real host on which somebody really has the port.
package conflicts
