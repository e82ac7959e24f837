package engine

import "strings"

// shortID is how many characters of its id the engine gives a container as hostname and as alias.
const shortID = 12

// IsShortID says whether a name is the one that the engine made of a container's id. A name that merely begins as the id
// does ("db", "cafe") was chosen by somebody.
func IsShortID(name, id string) bool {
	return name == "" || len(name) == shortID && strings.HasPrefix(id, name)
}

// beginsID says whether the engine has found an image by the first characters of its id alone, though its name was meant:
// image "db" is not the one whose id begins with these letters. Fewer characters than in a short id are a name.
func beginsID(image, id string) bool {
	return len(image) < shortID && strings.HasPrefix(strings.TrimPrefix(id, "sha256:"), image)
}
