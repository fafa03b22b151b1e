#include "simulation/period_figures.h"

namespace usage::test {

PeriodFigures& PeriodFigures::operator+=(const PeriodFigures& more) {
  lives += more.lives;
  uploads += more.uploads;
  runs += more.runs;
  given_up += more.given_up;
  resumed += more.resumed;
  abandoned += more.abandoned;
  kills += more.kills;
  power_cuts += more.power_cuts;
  disk_faults += more.disk_faults;
  damaged += more.damaged;
  settlements += more.settlements;
  left_out += more.left_out;
  met_left_out += more.met_left_out;
  additional += more.additional;
  taken_over += more.taken_over;
  corrected_sids += more.corrected_sids;
  corrected += more.corrected;
  duplicates += more.duplicates;
  billed += more.billed;
  wanted += more.wanted;
  double_bills += more.double_bills;
  lost += more.lost;
  doubts += more.doubts;
  left_in_doubt += more.left_in_doubt;
  return *this;
}

std::string PeriodFigures::text() const {
  const auto part = [](std::uint64_t number, const char* what) { return std::to_string(number) + " " + what; };
  return part(lives, "lives, ") + part(uploads, "uploads, ") + part(runs, "runs, ") + part(given_up, "given up, ") +
         part(resumed, "resumed, ") + part(abandoned, "abandoned, ") + part(kills, "kills, ") +
         part(power_cuts, "power cuts, ") + part(disk_faults, "disk faults, ") +
         part(damaged, "ledgers damaged by them, ") + part(settlements, "settlements, ") +
         part(left_out, "left out, ") + part(met_left_out, "rows that met those, ") + part(additional, "additional, ") +
         part(taken_over, "taken over, ") + part(corrected_sids, "SIDs corrected, ") +
         part(corrected, "invalid rows corrected, ") + part(duplicates, "duplicates, ") +
         part(billed, "items billed, ") + part(wanted, "charges wanted in the end, ") +
         part(double_bills, "double bills, ") + part(lost, "lost, ") + part(doubts.total(), "charges once in doubt, ") +
         part(left_in_doubt, "never settled");
}

}  // namespace usage::test
