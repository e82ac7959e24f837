package exam

// remedySituations are those that matter for what is to be done, and are no harder to judge than others.
func remedySituations() []situation { return nil }
