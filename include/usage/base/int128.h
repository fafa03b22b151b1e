#pragma once

namespace usage {
// Holds 1e38: the sum of 100 million quantities of 15 digits, counted in units of 1e-15.
__extension__ typedef __int128 Int128;
}  // namespace usage
