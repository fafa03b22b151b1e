// How many requests may be in flight at once, learned from the endpoint's 429, and from Twilio-Concurrent-Requests
// where replies have it: nobody tells the limit, it may change, and others may use it up.
#pragma once

#include <cstdint>
#include <optional>

namespace usage {

enum class Concurrency : std::uint8_t { kFixed, kAdaptive };

// What a request was started with.
struct StartLevel {
  unsigned place = 0;  // requests in flight, itself included
  std::uint64_t era = 0;
};

// Additive increase, multiplicative decrease, with a memory. Adaptive, the limit begins low and grows by a half each
// time it has proven itself, that is, as many replies as it allows requests came without a 429. A 429 in new territory
// names the limit: one less than were in flight. One below what was proven means that the limit has fallen: a sixth
// less, and more the next time, until it holds. Just below the last refusal it stays, and tries one more only after
// kRepliesPerProbe replies, so that 429s stay about one in a hundred; where that goes well, it grows faster and faster
// again, with kRepliesPerStep replies a step. Where replies tell how many requests the endpoint counts
// (Twilio-Concurrent-Requests), and that stays below the count that was refused last, it need not wait.
class ConcurrencyLimit {
 public:
  ConcurrencyLimit(Concurrency kind, unsigned most);  // `most`: at least 1; fixed, the limit is just that

  unsigned now() const { return limit_; }
  StartLevel start(unsigned in_flight) { return {in_flight, era_}; }
  // A reply other than 429 came, or a 429 did. `counted`: as the endpoint said, where it did.
  void replied(StartLevel started, std::optional<unsigned> counted);
  void refused(StartLevel started, std::optional<unsigned> counted);

 private:
  static constexpr unsigned kFirst = 5;
  static constexpr unsigned kRepliesPerStep = 25;
  static constexpr unsigned kRepliesPerProbe = 100;

  void grow();
  bool has_room_as_counted() const;
  unsigned step() const;
  void set(unsigned limit);
  void fall_below(unsigned place);

  Concurrency kind_;
  unsigned most_;
  unsigned limit_;
  std::optional<unsigned> refused_place_;  // the limit stays below it, until the next probe
  std::optional<unsigned> refused_count_;  // the endpoint's own
  unsigned proven_ = 0;                    // the highest limit that held
  unsigned falls_ = 0;                     // below what was proven, since a limit held
  std::optional<unsigned> next_step_;      // nothing: a half of the limit

  // An era ends when the limit changes: what was started before says little of the new one.
  std::uint64_t era_ = 0;
  std::uint64_t fallen_in_ = 0;  // the first era after the last fall
  unsigned replies_ = 0;         // of this era
  bool filled_ = false;          // as many were in flight as the limit allows
  unsigned counted_ = 0;         // at most, by the endpoint
};

}  // namespace usage
