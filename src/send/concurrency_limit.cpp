#include "usage/send/concurrency_limit.h"

#include <algorithm>
#include <array>

namespace usage {

ConcurrencyLimit::ConcurrencyLimit(Concurrency kind, unsigned most)
    : kind_(kind), most_(std::max(most, 1U)), limit_(kind == Concurrency::kFixed ? most_ : std::min(most_, kFirst)) {}

void ConcurrencyLimit::replied(StartLevel started, std::optional<unsigned> counted) {
  if (kind_ == Concurrency::kFixed || started.era != era_) return;
  ++replies_;
  filled_ = filled_ || started.place >= limit_;
  counted_ = std::max(counted_, counted.value_or(0));
  // A limit may be fuzzy, as replies and requests cross on the way: a step beyond a refusal has to prove more.
  const unsigned enough = next_step_ ? std::max(limit_, kRepliesPerStep) : limit_;
  if (!filled_ || replies_ < enough) return;
  proven_ = std::max(proven_, limit_);
  falls_ = 0;
  if (limit_ < most_) grow();
}

void ConcurrencyLimit::grow() {
  if (refused_place_ && limit_ + 1 >= *refused_place_) {
    if (replies_ < kRepliesPerProbe && !has_room_as_counted()) return;
    refused_place_.reset();
    next_step_ = 1;
  }
  const unsigned grown = limit_ + step();
  next_step_ = next_step_ ? std::optional(step() * 2) : std::nullopt;
  set(refused_place_ ? std::min(grown, *refused_place_ - 1) : grown);
}

bool ConcurrencyLimit::has_room_as_counted() const {
  return refused_count_ && counted_ != 0 && counted_ + 1 < *refused_count_;
}

unsigned ConcurrencyLimit::step() const {
  const unsigned half = std::max(limit_ / 2, 1U);
  return std::min(next_step_.value_or(half), half);
}

void ConcurrencyLimit::refused(StartLevel started, std::optional<unsigned> counted) {
  if (kind_ == Concurrency::kFixed) return;
  if (counted) refused_count_ = counted;
  if (started.era < fallen_in_) return fall_below(started.place);  // the burst that the last fall came from
  constexpr std::array kHundredths = {85U, 70U, 50U};
  const bool is_new_territory = started.place > proven_;
  if (!is_new_territory) {
    const unsigned hundredths = kHundredths[std::min<std::size_t>(falls_++, kHundredths.size() - 1)];
    set(std::max(limit_ * hundredths / 100, 1U));
  }
  fall_below(started.place);
  fallen_in_ = era_;
}

void ConcurrencyLimit::fall_below(unsigned place) {
  place = std::max(place, 2U);
  refused_place_ = std::min(refused_place_.value_or(place), place);
  next_step_ = 1;
  if (limit_ >= place) set(place - 1);
  proven_ = std::min(proven_, limit_);
}

void ConcurrencyLimit::set(unsigned limit) {
  limit_ = std::min(limit, most_);
  ++era_;
  replies_ = 0;
  filled_ = false;
  counted_ = 0;
}

}  // namespace usage
