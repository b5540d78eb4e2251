/*
 * The library: files that are what they say, versions and approval, and what messages carry of it.
 */
#include "feature/material/test_material.h"

#include "core/attr/attr_say.h"
#include "feature/letter/letter_data.h"
#include "feature/livecode/livecode_data.h"
#include "port/wecom/wecom_send.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str zip_of(struct world *w, const char *member)
{
	return arena_printf(w->t->arena, "PK\x03\x04[Content_Types].xml....%s", member);
}

static void a_file_is_what_its_name_says(void **state)
{
	struct world *w = *state;
	i64 id = 0;
	static const struct { const char *name; err e; enum text text; } bad[] = {
		{ "报价.pdf.exe", ERR_INPUT, T_MATERIAL_TYPES },
		{ "noend", ERR_INPUT, T_MATERIAL_TYPES },
		{ ".pdf", ERR_INPUT, T_MATERIAL_TYPES },
		{ "a/b.pdf", ERR_INPUT, T_ERR_INPUT },
		{ "a.png", ERR_INPUT, T_MATERIAL_SNIFF },
		{ "a.docx", ERR_INPUT, T_MATERIAL_SNIFF },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(file_in(w, bad[i].name, STR(PDF), &id), bad[i].e);
		assert_int_equal(w->cx.unit.fail.text, bad[i].text);
	}
	file(w, "A.PDF", STR(PDF));
	assert_int_equal(file_in(w, "cut.pdf", STR("%PDF-1.7\nquotation"), &id), ERR_INPUT);
	file(w, "a.docx", zip_of(w, "word/document.xml"));
	file(w, "a.xlsx", zip_of(w, "xl/workbook.xml"));
	file(w, "a.pptx", zip_of(w, "ppt/presentation.xml"));
	assert_int_equal(file_in(w, "a.xlsx", zip_of(w, "word/document.xml"), &id), ERR_INPUT);
	assert_int_equal(file_in(w, "a.docx", STR("PK\x03\x04word/document.xml"), &id), ERR_INPUT);
	file(w, "a.JPG", STR("\xff\xd8\xff\xe0 picture"));
	file(w, "a.jpeg", STR("\xff\xd8\xff\xe0 picture"));
	file(w, "a.png", png(w, 8000, 5000)); /* as many pixels as may be */
	assert_int_equal(file_in(w, "a.png", png(w, 8000, 5001), &id), ERR_INPUT);
	assert_int_equal(file_in(w, "a.png", png(w, 0, 5), &id), ERR_INPUT);
}

static err begin(struct world *w, const char *name, i64 bytes)
{
	i64 id;
	return WRITE_TX(&w->cx.unit, w->base, material_file_begin(tx, str_c(name), bytes, &id));
}

static void sizes_are_those_of_wecom(void **state)
{
	struct world *w = *state;
	char name[300];
	assert_int_equal(begin(w, "a.pdf", WECOM_MEDIA_BYTES_MIN - 1), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_TOO_SMALL);
	assert_int_equal(begin(w, "a.pdf", WECOM_MEDIA_BYTES_MIN), OK);
	assert_int_equal(begin(w, "a.pdf", WECOM_MEDIA_FILE_MAX), OK);
	assert_int_equal(begin(w, "a.pdf", (i64)WECOM_MEDIA_FILE_MAX + 1), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_TOO_BIG);
	assert_int_equal(begin(w, "a.png", WECOM_MEDIA_IMAGE_MAX), OK);
	assert_int_equal(begin(w, "a.png", (i64)WECOM_MEDIA_IMAGE_MAX + 1), ERR_INPUT);
	memset(name, 'a', sizeof(name));
	memcpy(name + WECOM_MEDIA_NAME_BYTES_MAX - 4, ".pdf", 5);
	assert_int_equal(begin(w, name, 100), OK);
	name[WECOM_MEDIA_NAME_BYTES_MAX - 4] = 'a';
	memcpy(name + WECOM_MEDIA_NAME_BYTES_MAX - 3, ".pdf", 5);
	assert_int_equal(begin(w, name, 100), ERR_INPUT);
}

/* A PDF of that many bytes. */
static str long_pdf(struct world *w, size_t bytes)
{
	char *p = ARENA_ARRAY(w->t->arena, char, bytes);
	memcpy(p, "%PDF-", 5);
	memcpy(p + bytes - 6, "%%EOF\n", 6);
	return str_of(p, bytes);
}

static void parts_come_in_any_order_and_twice_and_all_of_them(void **state)
{
	struct world *w = *state;
	struct unit *u = &w->cx.unit;
	str bytes = long_pdf(w, MATERIAL_PART_BYTES + 100), got = STR_NIL;
	struct material_file f = { 0 };
	i64 id = 0;
	assert_int_equal(WRITE_TX(u, w->base, material_file_begin(tx, STR("大.pdf"), (i64)bytes.n, &id)), OK);
	assert_int_equal(WRITE_TX(u, w->base, material_file_part(tx, id, 1, str_sub(bytes, MATERIAL_PART_BYTES, bytes.n))), OK);
	assert_int_equal(WRITE_TX(u, w->base, material_file_end(tx, id)), ERR_STATE);
	assert_int_equal(WRITE_TX(u, w->base, material_file_part(tx, id, 0, str_sub(bytes, 0, MATERIAL_PART_BYTES - 1))), ERR_INPUT);
	assert_int_equal(WRITE_TX(u, w->base, material_file_part(tx, id, 2, STR("x"))), ERR_INPUT);
	for (int i = 0; i < 2; i++)
		assert_int_equal(WRITE_TX(u, w->base, material_file_part(tx, id, 0, str_sub(bytes, 0, MATERIAL_PART_BYTES))), OK);
	assert_int_equal(WRITE_TX(u, w->base, material_file_end(tx, id)), OK);
	assert_int_equal(WRITE_TX(u, w->base, material_file_end(tx, id)), OK);
	assert_int_equal(READ_SNAP(u, w->base, material_file_read(snap, id, &f, &got)), OK);
	assert_true(str_eq(got, bytes) && str_eq_c(f.type, "application/pdf"));
}

static void an_upload_that_broke_off_is_forgotten_after_a_day(void **state)
{
	struct world *w = *state;
	struct unit *u = &w->cx.unit;
	struct material_file f;
	i64 id = 0;
	assert_int_equal(WRITE_TX(u, w->base, material_file_begin(tx, STR("a.pdf"), 10, &id)), OK);
	assert_int_equal(WRITE_TX(u, w->base, material_file_part(tx, id, 0, STR("0123456789"))), OK);
	clock_advance(&w->t->clock, now(w) + MATERIAL_UNFINISHED_MS);
	assert_int_equal(begin(w, "b.pdf", 10), OK);
	assert_int_equal(READ_SNAP(u, w->base, material_file_get(snap, &(struct material_id){ id }, &f)), OK);
	clock_advance(&w->t->clock, now(w) + 1);
	assert_int_equal(begin(w, "b.pdf", 10), OK);
	assert_int_equal(READ_SNAP(u, w->base, material_file_get(snap, &(struct material_id){ id }, &f)), ERR_NOT_FOUND);
}

static err makes(struct world *w, const struct material_edit *e)
{
	i64 id;
	return WRITE_TX(&w->cx.unit, w->base, material_make(tx, e, &id));
}

static void every_kind_asks_for_its_own(void **state)
{
	struct world *w = *state;
	i64 pdf = file(w, "a.pdf", STR(PDF)), picture = file(w, "a.png", png(w, 5, 5));
	struct material_edit e = edit("text", "话");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.body = STR(" ");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = edit("link", "链");
	e.url = STR("javascript:alert(1)");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.url = STR("https://x.test/");
	assert_int_equal(makes(w, &e), OK);
	e = edit("file", "报价");
	e.file = picture;
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.file = 12345;
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.file = pdf;
	assert_int_equal(makes(w, &e), OK);
	e.cover = pdf;
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = edit("image", "图");
	e.file = pdf;
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.file = picture;
	assert_int_equal(makes(w, &e), OK);
	e = edit("miniprogram", "小程序");
	e.appid = STR("wx1"), e.page = STR("pages/index");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e.cover = picture;
	assert_int_equal(makes(w, &e), OK);
	e.title = STR("小程序的标题最多二十一个汉字再多一个就不行了"); /* 66 bytes */
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = article("你好{{name|x}}");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = article("   ");
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = article("篇");
	e.category = 7;
	assert_int_equal(makes(w, &e), ERR_INPUT);
}

static void texts_end_at_wecoms_limits(void **state)
{
	struct world *w = *state;
	char long_text[WECOM_LINK_DESC_BYTES_MAX + 1];
	struct material_edit e = article("x");
	memset(long_text, 'a', sizeof(long_text));
	e.title = str_of(long_text, WECOM_LINK_TITLE_BYTES_MAX);
	assert_int_equal(makes(w, &e), OK);
	e.title = str_of(long_text, WECOM_LINK_TITLE_BYTES_MAX + 1);
	assert_int_equal(makes(w, &e), ERR_INPUT);
	e = article("x");
	e.summary = str_of(long_text, WECOM_LINK_DESC_BYTES_MAX);
	assert_int_equal(makes(w, &e), OK);
	e.summary = str_of(long_text, WECOM_LINK_DESC_BYTES_MAX + 1);
	assert_int_equal(makes(w, &e), ERR_INPUT);
}

static err fill_library(struct tx *tx, i64 count)
{
	for (i64 i = 0; i < count; i++) {
		struct material m = { .id = i + 1, .kind = STR("text"), .door = STR("x"), .newest = 1, .live = 1, .expires = NIL, .version = 1 };
		TRY(material_insert(tx, &m));
	}
	return OK;
}

static void a_library_has_an_end(void **state)
{
	struct world *w = *state;
	struct asking owner = asking_new(w);
	struct material_edit e = article("最后一篇"), long_one = article("长");
	char *body = ARENA_ARRAY(w->t->arena, char, MATERIAL_BODY_CHARS + 2);
	memset(body, 'a', MATERIAL_BODY_CHARS + 1);
	long_one.body = str_of(body, MATERIAL_BODY_CHARS);
	assert_int_equal(record_check(&material_edit_record, &long_one, &w->cx.unit.fail), OK);
	long_one.body = str_of(body, MATERIAL_BODY_CHARS + 1);
	assert_int_equal(record_check(&material_edit_record, &long_one, &w->cx.unit.fail), ERR_INPUT);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill_library(tx, MATERIAL_MAX - 1)), OK);
	assert_int_equal(makes(w, &e), OK);
	assert_int_equal(makes(w, &e), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_MATERIAL_MANY);
	for (int i = 0; i < MATERIAL_CATEGORIES_MAX; i++)
		assert_int_equal(asks(&owner, "POST", STR("/api/v1/material-categories"), NULL, "{\"name\":\"类%d\"}", i), 201);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/material-categories"), NULL, "{\"name\":\"多\"}"), 409);
	assert_int_equal(asks(&owner, "PUT", STR("/api/v1/material-categories/1"), NULL, "{\"name\":\"二十个字以内二十个字以内二十个字以内长长长\"}"), 422);
}

/* ---- versions and approval ---- */

static err changes(struct world *w, i64 id, const struct material_edit *e)
{
	struct material m = stored(w, id);
	return WRITE_TX(&w->cx.unit, w->base, material_change(tx, id, m.version, e));
}

static err judges(struct world *w, i64 user, i64 id, bool yes)
{
	as_user(w, user);
	return WRITE_TX(&w->cx.unit, w->base, material_judge(tx, id, yes, STR("价格不对")));
}

static void a_change_is_a_version_and_the_address_stays(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("一版"), other = edit("link", "x");
	i64 id = made(w, &e);
	struct material before = stored(w, id);
	assert_true(before.live == 1 && before.newest == 1 && before.expires == NIL);
	e.title = STR("二版");
	assert_int_equal(changes(w, id, &e), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_change(tx, id, before.version, &e)), ERR_CONFLICT);
	other.url = STR("https://x.test/");
	assert_int_equal(changes(w, id, &other), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_MATERIAL_KIND);
	struct material m = stored(w, id);
	assert_true(m.live == 2 && str_eq(m.door, before.door));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_restore(tx, id, 1)), OK);
	struct material_version v;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_version_get(snap, &(struct material_nth){ id, 3 }, &v)), OK);
	assert_true(str_eq_c(v.title, "一版") && stored(w, id).live == 3);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_restore(tx, id, 9)), ERR_NOT_FOUND);
}

static void nobody_approves_his_own(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("活动");
	set(w, "material.approval", "1");
	as_user(w, 11);
	i64 id = made(w, &e);
	assert_string_equal(material_state(&(struct material){ .live = stored(w, id).live }, now(w)), "waiting");
	assert_int_equal(material_enclosure.check(&w->cx.unit, "url", id, false), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_MATERIAL_WAITING);
	assert_int_equal(judges(w, 11, id, true), ERR_FORBIDDEN);
	assert_int_equal(judges(w, 11, id, false), ERR_FORBIDDEN);
	assert_int_equal(judges(w, 12, id, true), OK);
	assert_int_equal(judges(w, 12, id, true), ERR_STATE);
	assert_int_equal(stored(w, id).live, 1);
	/* A further version waits; the approved one is shown meanwhile, and after a refusal. */
	as_user(w, 12);
	e.title = STR("活动改");
	assert_int_equal(changes(w, id, &e), OK);
	assert_true(stored(w, id).live == 1 && stored(w, id).newest == 2);
	assert_int_equal(judges(w, 12, id, true), ERR_FORBIDDEN);
	assert_int_equal(judges(w, 11, id, false), OK);
	assert_int_equal(stored(w, id).live, 1);
	assert_int_equal(judges(w, 11, id, true), ERR_STATE);
	/* Who does not ask for approval does not wait. */
	set(w, "material.approval", "0");
	as_user(w, 12);
	assert_int_equal(changes(w, id, &e), OK);
	assert_int_equal(stored(w, id).live, 3);
}

static void an_approval_runs_out_and_is_prolonged(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("价目");
	struct browser b = browser_new(w);
	set(w, "material.approval", "1");
	set(w, "material.approval_days", "7");
	as_user(w, 11);
	i64 id = made(w, &e);
	assert_int_equal(judges(w, 12, id, true), OK);
	str link = link_for(w, id, 0, 0);
	clock_advance(&w->t->clock, now(w) + 7 * MS_DAY - 1);
	assert_int_equal(material_enclosure.check(&w->cx.unit, "url", id, false), OK);
	assert_int_equal(shows(&b, link), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "ok"));
	clock_advance(&w->t->clock, now(w) + 1);
	assert_int_equal(material_enclosure.check(&w->cx.unit, "url", id, false), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_MATERIAL_EXPIRED);
	assert_int_equal(shows(&b, link), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "expired") && !json_str(b.json, "body").n);
	assert_int_equal(judges(w, 11, id, true), ERR_FORBIDDEN);
	assert_int_equal(judges(w, 12, id, true), OK);
	assert_int_equal(stored(w, id).expires, now(w) + 7 * MS_DAY);
	assert_int_equal(material_enclosure.check(&w->cx.unit, "url", id, false), OK);
	/* Where nobody has to approve nothing runs out. */
	set(w, "material.approval", "0");
	assert_int_equal(changes(w, id, &e), OK);
	assert_int_equal(stored(w, id).expires, NIL);
}

static void a_removed_materials_link_says_so_kindly(void **state)
{
	struct world *w = *state;
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str link = link_for(w, id, 0, 0), file_url = arena_printf(w->t->arena, "/h5/api/material/file?key=%.*s&id=%lld", STR_F(stored(w, id).door), (long long)e.file);
	assert_int_equal(request(&b, "GET", file_url, STR_NIL), 200);
	assert_true(str_has(reply_header(&b.reply, "content-disposition"), STR("attachment; filename*=UTF-8''%E6%8A%A5")));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_remove(tx, id)), OK);
	assert_int_equal(shows(&b, link), 200);
	assert_true(str_eq_c(json_str(b.json, "state"), "removed") && json_str(b.json, "corp_name").n && !json_str(b.json, "title").n);
	assert_int_equal(request(&b, "GET", file_url, STR_NIL), 404);
	assert_int_equal(material_enclosure.check(&w->cx.unit, "url", id, false), ERR_STATE);
	assert_int_equal(changes(w, id, &e), ERR_NOT_FOUND);
}

static void only_files_of_the_shown_version_are_given(void **state)
{
	struct world *w = *state;
	i64 inside = file(w, "a.png", png(w, 5, 5)), outside = file(w, "b.png", png(w, 5, 5));
	struct material_edit e = article("图文");
	struct browser b = browser_new(w);
	e.body = arena_printf(w->t->arena, "看图\n![图](file:%lld)", (long long)inside);
	str door = stored(w, made(w, &e)).door;
	assert_int_equal(request(&b, "GET", arena_printf(w->t->arena, "/h5/api/material/file?key=%.*s&id=%lld", STR_F(door), (long long)inside), STR_NIL), 200);
	assert_int_equal(request(&b, "GET", arena_printf(w->t->arena, "/h5/api/material/file?key=%.*s&id=%lld", STR_F(door), (long long)outside), STR_NIL), 404);
	assert_int_equal(request(&b, "GET", arena_printf(w->t->arena, "/h5/api/material/file?key=%.*s&id=0", STR_F(door)), STR_NIL), 404);
}

/* ---- in messages ---- */

static struct wecom_mass_item last_sent(struct world *w)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_mass_query q = { .from = now(w) - MS_DAY, .to = now(w) + MS_HOUR, .filter = 0, .cursor = STR_NIL, .creator = STR_NIL };
	struct wecom_mass_page page;
	assert_int_equal(wecom_send_list(&call, &q, &page), OK);
	assert_true(page.n > 0);
	struct wecom_mass_item newest = page.v[0];
	for (size_t i = 1; i < page.n; i++)
		if (page.v[i].created > newest.created)
			newest = page.v[i];
	return newest;
}

static str sent_url(const struct wecom_mass_item *item)
{
	assert_true(item->attachments && item->attachments->n == 1);
	return json_str(json_get(&item->attachments->items[0], "link"), "url");
}

static void a_letters_link_is_hers_and_a_gathered_one_the_members(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), linna = staff_id(w, "linna");
	struct material_edit e = article("上新");
	i64 id = made(w, &e);
	assert_int_equal(does(w, "wecom.send", her, 5, "a", "{\"text\":\"看看\",\"gather_min\":0,\"link\":{\"title\":\"上新\",\"url\":\"material:%lld\"}}", (long long)id).state,
			 VERB_ASKED);
	struct wecom_mass_item item = last_sent(w);
	assert_true(str_eq(sent_url(&item), link_for(w, id, her, linna)));
	live(w, 2 * MS_MINUTE);
	i64 other = person_of(w, befriend(w, "linna", 1));
	does(w, "wecom.send", other, 5, "b", "{\"text\":\"看看\",\"gather_min\":1,\"link\":{\"title\":\"上新\",\"url\":\"material:%lld\"}}", (long long)id);
	live(w, 2 * MS_MINUTE);
	item = last_sent(w);
	assert_true(str_eq(sent_url(&item), link_for(w, id, 0, linna)));
}

static void a_text_carries_her_address_or_the_words_instead(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), linna = staff_id(w, "linna");
	struct material_edit e = article("上新");
	i64 id = made(w, &e);
	str said, text = arena_printf(w->t->arena, "{{name|亲}}看这里 {{material:%lld|门店里}}", (long long)id);
	assert_int_equal(attr_say_check(&w->cx.unit, "text", text, WECOM_TEXT_BYTES_MAX), OK);
	assert_int_equal(attr_say(&w->cx.unit, her, text, &said), OK);
	assert_true(str_ends(said, link_for(w, id, her, linna))); /* whole, and from her main advisor */
	assert_int_equal(attr_say_from(&w->cx.unit, her, 77, text, &said), OK);
	assert_true(str_ends(said, link_for(w, id, her, 77)));
	assert_int_equal(attr_say_check(&w->cx.unit, "text", STR("{{material:99|x}}"), 0), ERR_INPUT);
	assert_int_equal(attr_say_check(&w->cx.unit, "text", arena_printf(w->t->arena, "{{material:%lld}}", (long long)id), 0), ERR_INPUT);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_remove(tx, id)), OK);
	assert_int_equal(attr_say_check(&w->cx.unit, "text", text, 0), ERR_STATE);
	assert_int_equal(attr_say(&w->cx.unit, her, text, &said), OK);
	assert_true(str_ends(said, STR("看这里 门店里")));
}

#define ENCLOSED "{\"text\":\"看看\",\"gather_min\":0,\"enclosed\":\"material:%lld\",\"class\":\"service\"}"

/* WeCom's copy is used as long as enough of its three days is left, and made anew after that: at the edge. */
static void wecoms_copy_is_given_anew_before_it_dies(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = edit("image", "海报");
	e.file = file(w, "海报.png", png(w, 5, 5));
	i64 id = made(w, &e);
	struct material_media media;
	does(w, "wecom.send", her, 5, "a", ENCLOSED, (long long)id);
	assert_int_equal(effects(w, "media/upload", ""), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_media_get(snap, &(struct material_id){ e.file }, &media)), OK);
	struct wecom_mass_item item = last_sent(w);
	assert_true(str_eq(json_str(json_get(&item.attachments->items[0], "image"), "media_id"), media.media_id));
	live_until(w, media.until - MATERIAL_RENEW_MS);
	does(w, "wecom.send", her, 5, "b", ENCLOSED, (long long)id);
	assert_int_equal(effects(w, "media/upload", ""), 1);
	live_until(w, media.until - MATERIAL_RENEW_MS + 1);
	does(w, "wecom.send", her, 5, "c", ENCLOSED, (long long)id);
	assert_int_equal(effects(w, "media/upload", ""), 2);
	assert_int_equal(effects(w, "add_msg_template", "\"errcode\":40007"), 0);
}

static void what_has_no_form_of_its_own_goes_as_a_link_only(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("文章"), mini = edit("miniprogram", "小店");
	i64 id = made(w, &e), her = person_of(w, befriend(w, "linna", 1));
	mini.appid = STR("wx0000000000000001"), mini.page = STR("pages/index.html");
	mini.cover = file(w, "封面.png", png(w, 5, 5));
	i64 shop = made(w, &mini);
	assert_int_equal(refuses(w, "wecom.send", arena_printf(w->t->arena, ENCLOSED, (long long)id)), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_MATERIAL_ITSELF);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"x\",\"enclosed\":\"coupon:1\"}")), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_ENCLOSE_UNKNOWN);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"x\",\"link\":{\"title\":\"t\",\"url\":\"coupon:1\"}}")), ERR_INPUT);
	does(w, "wecom.send", her, 5, "a", ENCLOSED, (long long)shop);
	struct wecom_mass_item item = last_sent(w);
	const struct json *part = json_get(&item.attachments->items[0], "miniprogram");
	assert_true(str_eq_c(json_str(part, "appid"), "wx0000000000000001"));
}

static void a_broadcast_carries_the_members_link_and_a_picture(void **state)
{
	struct world *w = *state;
	struct asking owner = asking_new(w);
	const struct json *v;
	struct material_edit e = article("上新"), poster = edit("image", "海报");
	poster.file = file(w, "海报.png", png(w, 5, 5));
	i64 id = made(w, &e), picture = made(w, &poster);
	befriend(w, "linna", 2);
	str content = arena_printf(w->t->arena, "{\"text\":\"会员日\",\"link\":{\"title\":\"上新\",\"url\":\"material:%lld\"},\"enclosed\":\"material:%lld\"}",
				   (long long)id, (long long)picture);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/broadcasts/preview"), &v, "{\"expr\":\"friend\",\"content\":{\"text\":\"x\",\"enclosed\":\"material:%lld\"}}",
			      (long long)id), 422); /* an article has no form of its own */
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/broadcasts"), &v, "{\"name\":\"会员日\",\"expr\":\"friend\",\"content\":%.*s,\"confirm_count\":2}", STR_F(content)), 202);
	live(w, MS_MINUTE);
	struct wecom_mass_item item = last_sent(w);
	assert_int_equal(item.attachments->n, 2);
	assert_true(str_eq(json_str(json_get(&item.attachments->items[0], "link"), "url"), link_for(w, id, 0, staff_id(w, "linna"))));
	assert_true(json_str(json_get(&item.attachments->items[1], "image"), "media_id").n > 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_remove(tx, id)), OK);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/broadcasts/preview"), &v, "{\"expr\":\"friend\",\"content\":%.*s}", STR_F(content)), 409);
}

/* Her own link in the greeting; once the material is gone the words go alone, for a greeting comes now or never. */
static void a_welcome_carries_her_link_or_goes_without(void **state)
{
	struct world *w = *state;
	struct asking owner = asking_new(w);
	const struct json *v;
	struct material_edit e = article("入门");
	i64 id = made(w, &e);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/livecodes"), &v, "{\"name\":\"码\",\"staff_ids\":[\"%lld\"],\"skip_verify\":true,\"tag_ids\":[],"
			"\"welcome\":{\"text\":\"你好\",\"link\":{\"title\":\"入门\",\"url\":\"material:%lld\"}}}", (long long)staff_id(w, "linna"), (long long)id), 202);
	settle(w);
	struct livecode code;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_get(snap, &(struct livecode_key){ id_in(v, "id") }, &code)), OK);
	for (int i = 0; i < 2; i++) {
		str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客%d\"}}", STR_F(code.config_id), i), "external_userid");
		live(w, MS_MINUTE);
		assert_int_equal(told(w, person_of(w, ext), EV_WELCOME_SENT, NULL), 1);
		if (i == 0)
			assert_int_equal(effects(w, "send_welcome_msg", arena_cstr(w->t->arena, link_for(w, id, person_of(w, ext), staff_id(w, "linna")))), 1);
		if (i == 0)
			assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_remove(tx, id)), OK);
	}
	assert_int_equal(effects(w, "send_welcome_msg", "material:"), 0);
}

/* An address is the same whenever it is made, so the task whose reply was lost is found by it and not made twice. */
static void a_lost_reply_is_found_by_the_address(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("上新");
	i64 id = made(w, &e);
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_msg_template\"}");
	does(w, "wecom.send", her, 5, "a", "{\"text\":\"看看\",\"gather_min\":1,\"link\":{\"title\":\"上新\",\"url\":\"material:%lld\"}}", (long long)id);
	live(w, 30 * MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	struct letter_task *tasks = NULL;
	struct letter_find find = { INT64_MAX, 10 };
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, letter_task_list(snap, &find, &tasks, &n)), OK);
	assert_true(n == 1 && str_eq_c(tasks[0].state, "created") && tasks[0].msgid.n > 0);
}

/* It was good when it was asked for, and gone when the task was made: the letter ends with a reason, nothing is sent. */
static void what_was_removed_meanwhile_is_not_sent(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("上新");
	i64 id = made(w, &e);
	does(w, "wecom.send", her, 5, "a", "{\"text\":\"看看\",\"gather_min\":10,\"link\":{\"title\":\"上新\",\"url\":\"material:%lld\"}}", (long long)id);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, material_remove(tx, id)), OK);
	live(w, 11 * MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	assert_true(ended_as(w, her, "a", "failed"));
}

static void a_link_is_sealed_to_whom_it_is_made_for(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("上新");
	i64 id = made(w, &e), her = person_of(w, befriend(w, "linna", 1));
	str door = stored(w, id).door;
	struct door_link l = { w->corp, id, her, 77, door }, back = { w->corp, id, 0, 0, door }, other = { w->corp, id, 0, 0, STR("abcdefghij") };
	str p = door_link_seal(&w->env, w->t->arena, &l);
	assert_int_equal(p.n, 28);
	assert_true(door_link_unseal(&w->env, w->t->arena, p, &back) && back.customer == her && back.staff == 77);
	assert_false(door_link_unseal(&w->env, w->t->arena, p, &other)); /* another material's */
	char *bent = (char *)(uintptr_t)arena_dup(w->t->arena, p).p;
	bent[3] = bent[3] == 'A' ? 'B' : 'A';
	assert_false(door_link_unseal(&w->env, w->t->arena, str_of(bent, p.n), &back));
	assert_true(door_link_unseal(&w->env, w->t->arena, STR_NIL, &back) && back.customer == 0);
	assert_true(str_is_nil(door_link_seal(&w->env, w->t->arena, &back)));
	assert_true(link_for(w, id, her, 77).n <= ENCLOSURE_URL_BYTES);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, world_free)
#define BOTH(f) T(f), cmocka_unit_test_setup_teardown(f, make_spread, world_free)
	const struct CMUnitTest tests[] = {
		T(a_file_is_what_its_name_says), T(sizes_are_those_of_wecom), T(parts_come_in_any_order_and_twice_and_all_of_them),
		T(an_upload_that_broke_off_is_forgotten_after_a_day), T(every_kind_asks_for_its_own), T(texts_end_at_wecoms_limits), T(a_library_has_an_end),
		T(a_change_is_a_version_and_the_address_stays), T(nobody_approves_his_own), T(an_approval_runs_out_and_is_prolonged),
		T(a_removed_materials_link_says_so_kindly), T(only_files_of_the_shown_version_are_given),
		BOTH(a_letters_link_is_hers_and_a_gathered_one_the_members), BOTH(a_text_carries_her_address_or_the_words_instead),
		T(wecoms_copy_is_given_anew_before_it_dies), T(what_has_no_form_of_its_own_goes_as_a_link_only),
		BOTH(a_broadcast_carries_the_members_link_and_a_picture), BOTH(a_welcome_carries_her_link_or_goes_without),
		BOTH(a_lost_reply_is_found_by_the_address), BOTH(what_was_removed_meanwhile_is_not_sent), T(a_link_is_sealed_to_whom_it_is_made_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
