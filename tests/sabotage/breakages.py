"""Named breakages of the promise: what is changed, and the tests of which one must turn red. Each change is
(file, old text, new text); the old text must stand in the file exactly once."""

JUDGE = "src/marketplace/judge.cpp"
MATCH = "src/marketplace/match_reply.cpp"
CURL = "src/send/curl_transport.cpp"
SCHEDULE = "src/send/schedule.cpp"
RUN = "src/run/billing_run.cpp"
RULES = "src/plan/charge_rules.cpp"
MEETING = "src/plan/meeting.cpp"
PLAN = "src/plan/plan.cpp"
CONTENT_DIGEST = "src/plan/content_digest.cpp"
PLANNED = "src/plan/planned_rows.cpp"
OPEN = "src/ledger/ledger_open.cpp"
STATE = "src/ledger/ledger_state.cpp"
SEND = "src/ledger/ledger_send.cpp"

BREAKAGES = [
    # --- what a reply means
    ("a 500 is retried", ["marketplace_test"],
     [(JUDGE, "    case 503:\n      return judge_503", "    case 500:\n      return not_processed(NotProcessedCause::kMisdirected, "
       "outcome_name::kMisdirected);\n    case 503:\n      return judge_503")]),
    ("a 500 is retried, seen by the simulation", ["simulation_test"],
     [(JUDGE, "    case 503:\n      return judge_503", "    case 500:\n      return not_processed(NotProcessedCause::kMisdirected, "
       "outcome_name::kMisdirected);\n    case 503:\n      return judge_503")]),
    ("a 503 is retried without being asked to", ["marketplace_test"],
     [(JUDGE, "if (on_503 == On503::kUnknown) {", "if (on_503 == On503::kUnknown && false) {")]),
    ("a 408 counts as refused", ["marketplace_test"],
     [(JUDGE, "kRefusals[] = {400,", "kRefusals[] = {400, 408,")]),
    ("a timeout is retried", ["simulation_test"],
     [(JUDGE, "  conclude(outcome, Verdict::kUnknown, name, with_detail(\"sent, but no whole reply came\", delivery.fault_text));",
       "  if (delivery.fault == TransportFault::kTimeout)\n    return conclude_not_processed(outcome, NotProcessedCause::kNeverSent, name, "
       "\"\");\n  conclude(outcome, Verdict::kUnknown, name, with_detail(\"sent, but no whole reply came\", delivery.fault_text));")]),
    ("whatever was not answered counts as never sent", ["simulation_test"],
     [(JUDGE, "if (delivery.times_issued == 0 && !delivery.headers_complete)", "if (!delivery.headers_complete)")]),
    ("a cut body counts as whole", ["marketplace_test"],
     [(JUDGE, "if (!delivery.body_complete || delivery.fault != TransportFault::kNone) {", "if (false) {")]),
    ("libcurl's return code 0 counts as a whole body", ["send_test"],
     [(CURL, "return reply.headers_complete() && reply.has_stated_length() ? TransportFault::kNone", "return reply.headers_complete() || true ? TransportFault::kNone")]),
    ("a reply that lacks an item is accepted", ["marketplace_test"],
     [(MATCH, "if (items.size() != reply.items.size()) {", "if (items.size() < reply.items.size()) {")]),
    ("a wrong total is accepted", ["marketplace_test"],
     [(MATCH, "if (total.empty()) return std::nullopt;", "if (total.empty() || total.size() > 0) return std::nullopt;")]),
    ("a reply in another order is taken by position", ["marketplace_test"],
     [(MATCH, "if (is_exact_by_position(items, reply, quantities)) return matched;",
       "if (is_exact_by_position(items, reply, quantities) || true) return matched;")]),
    ("submitted: false counts as billed", ["simulation_test"],
     [(RUN, "if (outcome.submitted[i]) {", "if (outcome.submitted[i] || true) {")]),
    # --- the wire
    ("no fence", ["send_test:*fence*"],
     [(CURL, "return transfer.times_issued == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;", "return CURL_PREREQFUNC_OK;"),
      (CURL, "return CURL_SEEKFUNC_FAIL;", "return CURL_SEEKFUNC_OK;")]),
    ("redirects are followed", ["send_test"],
     [("src/send/curl_settings.cpp", "CURLOPT_FOLLOWLOCATION, 0L", "CURLOPT_FOLLOWLOCATION, 1L")]),
    ("the environment's proxy is obeyed", ["send_test"],
     [("src/send/curl_settings.cpp", "  set(easy, CURLOPT_PROXY, options.proxy.c_str());",
       "  if (!options.proxy.empty()) set(easy, CURLOPT_PROXY, options.proxy.c_str());")]),
    ("the first request does not go alone", ["send_test"],
     [(SCHEDULE, "return !new_.empty() && (understood_a_reply_ || started_.empty());", "return !new_.empty();")]),
    # --- the run
    ("a request starts before its claim is durable", ["run_test"],
     [(RUN, "    ledger_.commit();\n    ended_.clear();", "    start_claimed();\n    ledger_.commit();\n    ended_.clear();")]),
    ("sending is taken for planned", ["simulation_test"],
     [(SEND, "set_outcome(*state_, end.request, RowStatus::kUnknown, \"the program ended while this request was under way\");", "")]),
    ("too many in doubt do not stop the run", ["run_test"],
     [(RUN, "if (progress_.requests_unknown >= rules.max_unknown)", "if (false)")]),
    ("every item is posted again, not only those refused", ["simulation_test"],
     [(RUN, "        progress_.submitted.add(request.request.items[i].quantity);\n        continue;",
       "        progress_.submitted.add(request.request.items[i].quantity);\n        if (rejected.empty()) continue;")]),
    # --- the ledger
    ("synchronous=NORMAL", ["simulation_test"],
     [(OPEN, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint", "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint"),
      (OPEN, "synchronous == \"2\"", "synchronous == \"1\"")]),
    ("what an earlier process logged is not synced anew", ["simulation_test:what a process saw*"],
     [(OPEN, "database.execute(\"PRAGMA wal_checkpoint(TRUNCATE)\");", "static_cast<void>(database);")]),
    ("the emptied log is not synced", ["simulation_test:what a process saw*"],
     [(OPEN, "database.execute(\"BEGIN IMMEDIATE; PRAGMA user_version = \" + version + \"; COMMIT\");", "static_cast<void>(version);")]),
    ("a commit's error is ignored", ["ledger_test"],
     [(STATE, "  } catch (...) {\n    fail();\n    throw;\n  }\n}\n\nvoid LedgerState::fail()",
       "  } catch (...) {\n  }\n}\n\nvoid LedgerState::fail()")]),
    ("the lock is not taken", ["ledger_test"],
     [("src/ledger/ledger_lock.cpp", "if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {", "if (false) {")]),
    ("a ledger is made beside a lost one's log", ["ledger_test:a ledger is not made beside*"],
     [(OPEN, "  require_no_log_left(target);\n", "")]),
    # --- charges
    ("the nth equal row is ignored", ["plan_test"],
     [(RULES, "meet(rows[i], charges[i]);", "meet(rows[i], charges[0]);")]),
    ("equal rows take unbilled charges first", ["plan_test"],
     [(RULES, "{ChargeState::kBilled, ChargeState::kInDoubt, ChargeState::kUnbilled})", "{ChargeState::kUnbilled, ChargeState::kInDoubt, ChargeState::kBilled})")]),
    ("references go before equal rows", ["plan_test"],
     [(RULES, "    meet_equal_rows();\n    meet_equal_references();", "    meet_equal_references();\n    meet_equal_rows();")]),
    ("a charge in doubt is sent again", ["simulation_test", "plan_test"],
     [(RULES, "    case RowStatus::kUnknown:\n      break;\n  }\n  return ChargeState::kInDoubt;",
       "    case RowStatus::kUnknown:\n      break;\n  }\n  return ChargeState::kUnbilled;")]),
    ("an edited amount is a new charge", ["plan_test"],
     [(RULES, "if (taken == nullptr) return billed != nullptr ? billed : latest_of(items.moved, row.billing_key);",
       "if (taken == nullptr) return latest_of(items.moved, row.billing_key);")]),
    ("a charge that a later run billed around is sent", ["plan_test"],
     [(RULES, "if (billed != nullptr && billed->run > run) return billed;", "if (billed != nullptr && false) return billed;")]),
    ("a usage_row of a submitted charge may say anything", ["plan_test"],
     [(MEETING, "if (is_same_content(row, charge))", "if (true)")]),
    ("two rows may name one charge", ["plan_test"],
     [(MEETING, "if (repeated.empty()) return;", "return;")]),
    ("another period's reference is not looked for", ["plan_test"],
     [(MEETING, "if (!row.reference.empty()) {", "if (false) {")]),
    ("what another period's open run will send is not looked for", ["ledger_test:a reference that another*"],
     [("src/ledger/ledger_charges.cpp", " = 'not_sent' AND r.request IS NOT NULL AND run.state = 'open'", " = 'never'")]),
    ("a row's old form is billed beside the corrected one", ["plan_test"],
     [(RULES, "return billed != nullptr ? billed : latest_of(items.moved, row.billing_key);", "return billed;")]),
    ("a charge that moves is billed beside what its old item got", ["plan_test"],
     [(MEETING, "else if (taken != nullptr)\n      check_left_items(", "else if (taken != nullptr && false)\n      check_left_items(")]),
    ("a charge's earlier places are not found", ["ledger_test"],
     [("src/ledger/ledger_charges.cpp", "(SELECT ?1 UNION ALL SELECT id FROM usage_row WHERE charge = ?1 AND charge <> id AND met IS NULL)",
       "(SELECT row FROM charge WHERE id = ?1)")]),
    ("a request that ended may have an attempt under way", ["ledger_test"],
     [("src/ledger/row_outcomes.cpp", "if (rows.integer(11) != 0 || rows.integer(12) != 0)", "if (false)")]),
    ("the ledger forgets where a corrected row stood", ["ledger_test"],
     [("src/ledger/ledger_charges.cpp", "\"stood.installation <> r.installation OR stood.billing_sid <> r.billing_sid COLLATE NOCASE) \"",
       "\"false) \"")]),
    ("more may be additional than was allowed", ["plan_test"],
     [(PLAN, "if (with_currency(options.allow_additional, plan.additional) == plan.additional) return std::nullopt;",
       "if (with_currency(options.allow_additional, plan.additional) == plan.additional || !options.allow_additional.empty())\n"
       "    return std::nullopt;")]),
    ("installations with invalid rows are sent", ["plan_test"],
     [(PLAN, "return plan.held_back.contains(installation) || (met != nullptr", "return (plan.held_back.contains(installation) && false) || (met != nullptr")]),
    ("what is held back is owed without being allowed", ["plan_test"],
     [(PLANNED, "if (is_held_back && beside != nullptr) {", "if (false) {")]),
    ("the digest passes over the amount", ["plan_test"],
     [(CONTENT_DIGEST, "digest.add(row.quantity.as_amount(quantity));", "static_cast<void>(quantity);")]),
    # --- money, rows and files
    ("arithmetic in double", ["base_test"],
     [("src/base/decimal.cpp", "Amount& Amount::operator+=(const Amount& a) {", "Amount& Amount::operator+=(const Amount& a) {\n"
       "  if (units_ != 0) return units_ = static_cast<Int128>(static_cast<double>(units_) + static_cast<double>(a.units_)), *this;")]),
    ("totals are not held against the input", ["reconcile_test"],
     [("src/reconcile/totals.cpp", " && in->amount == out->amount)", ")")]),
    ("a cell's text becomes markup in report.html", ["base_test", "reconcile_test"],
     [("src/base/html_writer.cpp", 'return "&lt;";', 'return "<";')]),
    ("a result file is not synced before it takes its name", ["base_test"],
     [("src/base/file.cpp", "if (::fsync(fd) != 0)", "if (fd < 0)")]),
    # --- what an export says
    ("a total line is not held against the rows", ["plan_test"],
     [(PLAN, "  if (check.difference.empty()) return;", "  if (true || check.difference.empty()) return;")]),
    ("a doubled key of a look-up table is taken", ["intake_test"],
     [("src/intake/lookup_table.cpp", "  if (added) return;", "  if (added || true) return;")]),
    ("an export's filters apply to a file of ours", ["intake_test"],
     [("src/intake/column_mapping.cpp", "if (layout_ != Layout::kExport) return;", "if (layout_ == Layout::kReconciliation) return;"),
      ("src/intake/row_intake.cpp", "if (row.stray_quote || ours()) return std::nullopt;", "if (row.stray_quote) return std::nullopt;")]),
    ("one of several conditions on a row is enough", ["intake_test"],
     [("src/intake/row_filters.cpp", "unwanted == column.different.end() && (column.equal.empty()", "unwanted == column.different.end() || (column.equal.empty()")]),
    ("the last line that looks like a header is the header", ["csv_test"],
     [("src/csv/dialect.cpp", "    if (!found.empty() && found.front().header.line < line) continue;", "    if (!found.empty() && found.front().header.line < line) found.clear();")]),
    ("groups of digits may have any length", ["base_test"],
     [("src/base/decimal_text.cpp", ": group.size() == kGroupDigits;", ": !group.empty();")]),
    ("an amount that a spreadsheet made a thousandfold of is taken", ["intake_test"],
     [("src/intake/own_amount.cpp", "if (before && *quantity != *before", "if (false && *quantity != *before")]),
]
