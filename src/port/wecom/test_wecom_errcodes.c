/*
 * Every error code of the reference's table (its section 25) has a treatment, and it is the one the reference says:
 * again later, waiting for the window, with a fresh token, dropped with its reason, or told to a person. What is told
 * to a person or dropped is never repeated by itself.
 */
#include "port/wecom/test_wecom_fake.h"

#define CODE(code, action) { code, code, action }

/* Codes of interfaces that nothing here calls (albums, words, archive, conversion) are alarms when they come. */
static const struct treatment { i64 from, to; enum wecom_action action; } table[] = {
	CODE(-1, WECOM_RETRY), CODE(6000, WECOM_RETRY), CODE(40001, WECOM_CONFIG), CODE(40003, WECOM_DROP), CODE(60111, WECOM_DROP),
	CODE(40007, WECOM_DROP), CODE(40008, WECOM_BUG), CODE(40058, WECOM_BUG), CODE(40035, WECOM_BUG), CODE(40013, WECOM_CONFIG),
	CODE(40014, WECOM_REFRESH), CODE(42001, WECOM_REFRESH), CODE(40029, WECOM_DROP), CODE(42003, WECOM_DROP),
	CODE(42022, WECOM_DROP), CODE(40056, WECOM_CONFIG), CODE(40068, WECOM_DROP), CODE(40071, WECOM_DROP),
	CODE(40072, WECOM_DROP), CODE(40126, WECOM_ALERT), CODE(40093, WECOM_BUG), CODE(42012, WECOM_RETRY), CODE(40096, WECOM_DROP),
	/* inheritance */
	{ 40097, 40100, WECOM_DROP }, { 40128, 40131, WECOM_DROP }, CODE(40143, WECOM_DROP), CODE(40205, WECOM_DROP),
	CODE(40201, WECOM_ALERT), CODE(40204, WECOM_ALERT), CODE(41001, WECOM_BUG), CODE(41002, WECOM_CONFIG), CODE(41004, WECOM_CONFIG),
	CODE(41006, WECOM_BUG), CODE(41009, WECOM_BUG),
	/* contact ways and join ways */
	{ 41035, 41036, WECOM_ALERT }, { 41037, 41040, WECOM_BUG }, CODE(41041, WECOM_DROP), CODE(41042, WECOM_BUG),
	CODE(41043, WECOM_ALERT), CODE(41044, WECOM_DROP), CODE(41045, WECOM_ALERT), CODE(41054, WECOM_DROP), CODE(41091, WECOM_DROP),
	/* mass sends; welcomes, of which the used and the expired code are never tried again */
	{ 41046, 41047, WECOM_BUG }, CODE(41048, WECOM_DROP), CODE(41063, WECOM_RETRY), CODE(41093, WECOM_DROP),
	CODE(41094, WECOM_DROP), CODE(41049, WECOM_BUG), { 41050, 41051, WECOM_DROP }, CODE(41053, WECOM_DROP), CODE(41096, WECOM_DROP),
	CODE(41055, WECOM_ALERT), CODE(41058, WECOM_DROP),
	/* moments, attachments, words, albums */
	CODE(41059, WECOM_BUG), { 41060, 41062, WECOM_DROP }, CODE(41067, WECOM_BUG), { 41078, 41079, WECOM_RETRY }, CODE(41089, WECOM_BUG),
	CODE(41064, WECOM_BUG), CODE(41065, WECOM_BUG), CODE(41072, WECOM_BUG), { 41080, 41082, WECOM_DROP }, CODE(41090, WECOM_DROP),
	{ 41068, 41071, WECOM_ALERT }, { 41076, 41077, WECOM_ALERT }, { 41083, 41084, WECOM_ALERT },
	{ 41073, 41075, WECOM_ALERT }, { 41085, 41088, WECOM_ALERT }, CODE(41095, WECOM_ALERT), CODE(42052, WECOM_DROP),
	CODE(44001, WECOM_BUG), CODE(44004, WECOM_BUG), { 45001, 45002, WECOM_BUG }, CODE(45008, WECOM_BUG),
	CODE(45009, WECOM_WAIT), CODE(45033, WECOM_RETRY), { 48001, 48002, WECOM_ALERT }, { 48005, 48006, WECOM_ALERT },
	CODE(49008, WECOM_DROP), CODE(50001, WECOM_CONFIG), CODE(50002, WECOM_DROP), CODE(50003, WECOM_ALERT),
	CODE(50100, WECOM_BUG), /* who pages begins anew: follow_sync, group_sync */
	CODE(60003, WECOM_DROP), CODE(60011, WECOM_ALERT), CODE(60020, WECOM_CONFIG), CODE(60021, WECOM_DROP), CODE(60030, WECOM_DROP),
	CODE(60140, WECOM_DROP), CODE(81013, WECOM_DROP), CODE(81017, WECOM_BUG), /* group_sync asks by owners then */
	{ 82001, 82004, WECOM_DROP }, CODE(84061, WECOM_RELATION_LOST), CODE(84074, WECOM_DROP), { 84083, 84084, WECOM_DROP },
	CODE(86003, WECOM_DROP), CODE(40050, WECOM_DROP), { 90500, 90504, WECOM_DROP }, { 90507, 90511, WECOM_DROP },
	/* customer service */
	CODE(95000, WECOM_ALERT), { 95001, 95002, WECOM_DROP }, CODE(95003, WECOM_ALERT), CODE(95004, WECOM_DROP),
	{ 95005, 95006, WECOM_ALERT }, CODE(95007, WECOM_BUG), { 95008, 95017, WECOM_ALERT }, CODE(95018, WECOM_DROP),
	{ 95019, 95032, WECOM_ALERT },
	CODE(301002, WECOM_DROP), CODE(301042, WECOM_ALERT), CODE(301048, WECOM_ALERT), { 301052, 301053, WECOM_ALERT },
	{ 301058, 301061, WECOM_ALERT }, { 610014, 610018, WECOM_ALERT }, { 660001, 660014, WECOM_ALERT }, CODE(701008, WECOM_ALERT),
};

static bool comes_back(enum wecom_action a) { return a == WECOM_RETRY || a == WECOM_WAIT || a == WECOM_REFRESH; }

static void look(i64 code, enum wecom_action action)
{
	struct fake *f = fake_new();
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	char body[96];
	snprintf(body, sizeof(body), "{\"errcode\":%lld,\"errmsg\":\"whatever it says\"}", (long long)code);
	for (int i = 0; i < 4; i++)
		fake_script(f, OK, 0, body);
	struct wecom_request req = { .api = "user/get" };
	err e = wecom_call(&c, &req);
	int times = action == WECOM_REFRESH ? 2 : 1; /* a token is made anew once */
	if (c.action != action || c.errcode != code || f->calls != times || f->tokens != times)
		fail_msg("%lld: action %d, should be %d; %d calls, %d tokens", (long long)code, c.action, action, f->calls, f->tokens);
	if (e == OK || err_retryable(e) != comes_back(action) || (c.retry_at != NIL) != comes_back(action))
		fail_msg("%lld: %s, again %d, should be %d", (long long)code, err_name(e), err_retryable(e), comes_back(action));
	if (comes_back(action))
		assert_true(c.retry_at > FAKE_START);
	for (int lang = 0; lang < 2; lang++) { /* in the operator's words, with the number to look up or the time to wait */
		str text = fail_text(&fail, lang ? LANG_EN : LANG_ZH, f->arena);
		str number = action == WECOM_WAIT ? STR("60") : arena_printf(f->arena, "%lld", (long long)code);
		if (!str_has(text, number))
			fail_msg("%lld: %.*s", (long long)code, STR_F(text));
	}
	fake_free(f);
}

static void every_code_is_treated_as_the_reference_says(void **state)
{
	int seen = 0;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		for (i64 code = table[i].from; code <= table[i].to; code++, seen++)
			look(code, table[i].action);
	assert_true(seen > 180);
}

/* What the list knows beyond the table is no less treated. */
static void no_listed_code_is_without_a_treatment(void **state)
{
	static const i64 codes[] = {
#define WECOM_ERRCODE(code, action, err, text) code,
#include "port/wecom/wecom_errcodes.def"
#undef WECOM_ERRCODE
	};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		look(codes[i], wecom_errcode(codes[i])->action);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_is_treated_as_the_reference_says),
		cmocka_unit_test(no_listed_code_is_without_a_treatment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
