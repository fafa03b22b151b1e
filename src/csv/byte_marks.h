// What a CSV's structure hangs on, found in 64 bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace usage {

inline constexpr std::size_t kMarkedBytes = 64;

// A bit for each byte, the first one lowest.
struct ByteMarks {
  std::uint64_t structure = 0;  // the delimiter, LF, CR, a quote
  std::uint64_t high = 0;       // beyond ASCII
  std::uint64_t nul = 0;
};

#ifdef __SSE2__

inline ByteMarks marks_of(const char* at, char delimiter) {
  constexpr int kLane = sizeof(__m128i);
  const auto bits = [](__m128i lanes) { return static_cast<std::uint64_t>(_mm_movemask_epi8(lanes)); };
  ByteMarks marks;
  for (int lane = 0; lane < static_cast<int>(kMarkedBytes); lane += kLane) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + lane));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(delimiter)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    const __m128i rest =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    marks.structure |= bits(_mm_or_si128(ends, rest)) << lane;
    marks.high |= bits(bytes) << lane;
    marks.nul |= bits(_mm_cmpeq_epi8(bytes, _mm_setzero_si128())) << lane;
  }
  return marks;
}

// The first byte from `at` on that is NUL or the delimiter; one of them must come. Reads up to 15 bytes behind it, of
// the same 16 in memory.
inline const char* find_end_of_cell(const char* at, char delimiter) {
  const auto into = reinterpret_cast<std::uintptr_t>(at) % sizeof(__m128i);
  const char* block = at - into;
  unsigned skipped = ~0U << into;
  for (;; block += sizeof(__m128i), skipped = ~0U) {
    const __m128i bytes = _mm_load_si128(reinterpret_cast<const __m128i*>(block));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(delimiter)), _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    const unsigned found = static_cast<unsigned>(_mm_movemask_epi8(ends)) & skipped;
    if (found != 0) return block + __builtin_ctz(found);
  }
}

#else

inline ByteMarks marks_of(const char* at, char delimiter) {
  ByteMarks marks;
  for (std::size_t i = 0; i < kMarkedBytes; ++i) {
    const char c = at[i];
    const bool structure = c == delimiter || c == '\n' || c == '\r' || c == '"';
    marks.structure |= std::uint64_t{structure} << i;
    marks.high |= std::uint64_t{(static_cast<unsigned char>(c) & 0x80U) != 0} << i;
    marks.nul |= std::uint64_t{c == '\0'} << i;
  }
  return marks;
}

inline const char* find_end_of_cell(const char* at, char delimiter) {
  while (*at != delimiter && *at != '\0') ++at;
  return at;
}

#endif

}  // namespace usage
