// Which columns hold what the program needs, by their values and their names.
#pragma once

#include "usage/intake/inspection.h"

namespace usage {

// Fills the roles, the keys for look-ups and the status columns from Inspection::columns. A role is settled only where
// one column can be it and its name can stand in a configuration file.
void find_roles(Inspection& inspection);

}  // namespace usage
