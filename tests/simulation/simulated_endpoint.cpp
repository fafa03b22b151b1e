#include "simulation/simulated_endpoint.h"

#include <algorithm>

namespace usage::test {
namespace {

constexpr Duration kRecordsWithin = std::chrono::milliseconds(50);
constexpr std::size_t kMostPolls = 100'000;  // in a life; a run that waits so often never ends

}  // namespace

void SimulatedEndpoint::begin_life(std::size_t life, const ScheduleOptions& sender, FateSource fates,
                                   std::function<bool()> is_sound) {
  life_ = life;
  concurrency_ = sender.concurrency;
  recording_ = sender.claims_ahead == ClaimsAhead::kNone ? Recording::kAtOnce : Recording::kShared;
  fates_ = std::move(fates);
  is_sound_ = std::move(is_sound);
  polls_ = 0;
  understood_ = false;
}

void SimulatedEndpoint::all_recorded() {
  for (const std::size_t i : handed_out_) contacts_[i].known = Knowledge::kRecorded;
  handed_out_.clear();
}

void SimulatedEndpoint::record_what_is_old() {
  std::erase_if(handed_out_, [this](std::size_t i) {
    const Duration age = clock_.steady_now() - contacts_[i].handed_out_at;
    if (recording_ == Recording::kShared && age <= kRecordsWithin) return false;
    contacts_[i].known = Knowledge::kRecorded;
    return true;
  });
}

void SimulatedEndpoint::end_life(LifeEnd end, Dice& dice) {
  handed_out_.clear();
  if (end != LifeEnd::kDied && !under_way_.empty()) complain("the process ended with requests under way");
  // What had left the dead process may still arrive.
  for (const std::size_t i : under_way_)
    if (dice.one_in(2)) contacts_[i].billed = contacts_[i].fate.bills;
  under_way_.clear();
}

void SimulatedEndpoint::enter() {
  if (!process_.step()) throw Died();
  if (is_sound_()) record_what_is_old();
}

void SimulatedEndpoint::complain(const std::string& text) {
  if (complaint_.empty()) complaint_ = text;
}

void SimulatedEndpoint::check_number_in_flight() {
  if (under_way_.size() > concurrency_) complain("more requests in flight than --concurrency says");
  if (!understood_ && under_way_.size() > 1) complain("two requests in flight before any reply was understood");
}

void SimulatedEndpoint::start(AttemptId attempt, const std::string& url, std::string body) {
  enter();
  if (!attempts_.insert(attempt).second) complain("attempt " + std::to_string(attempt) + " is started twice");
  auto posted = read_posted(url, body);
  if (!posted) {
    complain("not a request that the contract knows: " + url + " " + body);
    posted.emplace();
  }
  Contact contact;
  contact.attempt = attempt;
  contact.life = life_;
  contact.body = std::move(body);
  contact.posted = std::move(*posted);
  contact.fate = fates_(contact.posted.items);
  contact.started_at = clock_.steady_now();
  contact.ended_at = contact.started_at + contact.fate.ends_after;
  contact.fate.delivery.started_at = clock_.wall_now();
  contact.billed.assign(contact.posted.items.size(), false);
  under_way_.push_back(contacts_.size());
  contacts_.push_back(std::move(contact));
  check_number_in_flight();
}

std::vector<FinishedTransfer> SimulatedEndpoint::poll(SteadyTime until) {
  enter();
  if (++polls_ > kMostPolls) {
    complain("the run does not end");
    throw Died();
  }
  for (const std::size_t i : under_way_) until = std::min(until, contacts_[i].ended_at);
  if (until > clock_.steady_now()) clock_.advance(until - clock_.steady_now());
  std::vector<FinishedTransfer> finished;
  std::erase_if(under_way_, [&](std::size_t i) {
    if (contacts_[i].ended_at > clock_.steady_now()) return false;
    finished.push_back(hand_out(i));
    return true;
  });
  return finished;
}

FinishedTransfer SimulatedEndpoint::hand_out(std::size_t index) {
  Contact& contact = contacts_[index];
  contact.billed = contact.fate.bills;
  contact.known = Knowledge::kHandedOut;
  contact.handed_out_at = clock_.steady_now();
  contact.fate.delivery.ended_at = clock_.wall_now();
  handed_out_.push_back(index);
  const Proof proof = contact.fate.proof;
  understood_ = understood_ || proof == Proof::kAnswered || proof == Proof::kEither || proof == Proof::kRefused;
  return {contact.attempt, contact.fate.delivery};
}

}  // namespace usage::test
