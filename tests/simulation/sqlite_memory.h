#pragma once

namespace usage::test {

// Gives SQLite memory from a pool, without locks: under the sanitizers its many small blocks take most of a seed's
// time, and they are not what is tried here. For a program of one thread; before its first use of SQLite, once or more
// often.
void use_pooled_sqlite_memory();

}  // namespace usage::test
