/*
 * welcome's rows: which state greets with what (derived from live codes), and how each greeting ended.
 */
#ifndef YT_FEATURE_WELCOME_WELCOME_DATA_H
#define YT_FEATURE_WELCOME_WELCOME_DATA_H

#include "feature/welcome/welcome.h"

/* slots: greetings of certain hours, JSON of welcome_slots; "" none. */
#define WELCOME_SLOTS_FIELDS(F, S) F(S, LIST, slots, .opt = true, .of = &content_slot_record)
RECORD(welcome_slots, WELCOME_SLOTS_FIELDS);
#define WELCOME_RULE_FIELDS(F, S) F(S, STR, state) F(S, ID, livecode) F(S, STR, content) F(S, STR, slots)
RECORD(welcome_rule, WELCOME_RULE_FIELDS);

#define WELCOME_LOG_FIELDS(F, S)                                             \
	F(S, ID, customer) F(S, ID, event) F(S, ID, staff) F(S, ID, livecode, .opt = true) \
	F(S, STR, result) F(S, MS, took, .opt = true) F(S, MS, at)
RECORD(welcome_log, WELCOME_LOG_FIELDS);

#define WELCOME_OF_FIELDS(F, S) F(S, ID, id)
RECORD(welcome_of, WELCOME_OF_FIELDS);
#define WELCOME_TALLY_FIELDS(F, S) F(S, STR, result) F(S, I64, n)
RECORD(welcome_tally, WELCOME_TALLY_FIELDS);
#define WELCOME_TOOK_FIELDS(F, S) F(S, MS, took)
RECORD(welcome_took, WELCOME_TOOK_FIELDS);

WRITE(welcome_rule_put, welcome_rule,
	SQL(INSERT INTO welcome_rule (corp, state, livecode, content, slots) VALUES (:corp, :state, :livecode, :content, :slots)
		ON CONFLICT (corp, state) DO UPDATE SET content = excluded.content, livecode = excluded.livecode,
			slots = excluded.slots))
READ_ONE(welcome_rule_get, welcome_rule, welcome_rule,
	SQL(SELECT state, livecode, content, slots FROM welcome_rule WHERE corp = :corp AND state = :state))
READ_MANY(welcome_rules_of, welcome_of, welcome_rule,
	SQL(SELECT state, livecode, content, slots FROM welcome_rule WHERE corp = :corp AND livecode = :id ORDER BY state LIMIT 1))
WRITE(welcome_log_add, welcome_log,
	SQL(INSERT INTO welcome_log (slot, corp, customer, event, staff, livecode, result, took, at)
		VALUES (:slot, :corp, :customer, :event, :staff, :livecode, :result, :took, :at)
		ON CONFLICT (slot, corp, customer, event) DO NOTHING))
READ_MANY(welcome_tallies, welcome_of, welcome_tally,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT result, COUNT(*) AS n FROM welcome_log WHERE corp = :corp AND livecode = :id GROUP BY result))
READ_MANY(welcome_median, welcome_of, welcome_took,
	SQL_GLOBAL("ranks over the slots of the corp",
		SELECT took FROM welcome_log WHERE corp = :corp AND livecode = :id AND result = 'sent'
		ORDER BY took LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM welcome_log
			WHERE corp = :corp AND livecode = :id AND result = 'sent')))

/* Who came by which state, when, to whom; customer 0: nobody known. */
struct welcome_asked { str state; ms at; i64 staff, customer; };
/* from: "variant" (which of the code's own), "code", "general" or "none"; livecode NIL: by none of ours. */
struct welcome_choice { struct content content; i64 livecode, variant; const char *from; };
/* s: of her slot, or of any for nobody. */
err welcome_choose(const struct snap *s, const struct welcome_asked *in, struct welcome_choice *ret);

extern const struct route welcome_look_routes[];

#endif
