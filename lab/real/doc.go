// Package real has the real GPUStack: images of its published versions, put together from what build.sh keeps, so that what
// safeport knows of GPUStack is compared with what GPUStack does. README.md says what in them is real.
package real
