/*
 * material 素材库: what staff and automation send beside words - texts, articles, links, files (quotations as PDF), images, mini
 * programs - and who opened it, how long, how deep, and who passed it on.
 *
 * A material keeps its address for ever and has versions. The version shown is the last approved one; a company that asks for
 * approval (material.approval) wants a second person for it, and approvals may run out (material.approval_days).
 * A customer opens our own page behind /d/KEY?p=PERSON, PERSON being customer and member under our seal: nothing is stored
 * for a link, and the same link comes out again.
 *
 * What must stay true:
 *  - An opening counts once the page's script has said so. Who only fetches the page (previews, scanners, HEAD) has no
 *    visit; who names itself a robot, and our own staff, are answered and not counted.
 *  - A link made for her is hers in the first browser that opens it, unless WeChat's consent page says who it is. Any other
 *    browser or person is a passing on, told once per browser.
 *  - A browser back within MATERIAL_AGAIN_MS goes on with its visit; seconds and depth of a visit only grow, and never
 *    beyond the time that has passed.
 *  - The advisor is told at once, at most once per customer and material in MATERIAL_ALERT_MS (beyond
 *    stafftask.notices_hour messages: in her digest).
 *  - Who opened what is forgotten after MATERIAL_KEEP_DAYS; sums by day stay. Who comes back after that is new to it.
 *  - WeCom's copy of a file lives three days; it is given anew when less than MATERIAL_RENEW_MS of it is left.
 *  - What is removed, waits for approval or has an approval that ran out is in no message, and its link says so kindly.
 *
 * Files sent as files, images and mini programs sent as themselves are not seen being opened: only links are.
 *
 * out: material.saved, material.opened, material.read, material.passed; verb staff.notify
 */
#ifndef YT_FEATURE_MATERIAL_MATERIAL_H
#define YT_FEATURE_MATERIAL_MATERIAL_H

#include "core/door/door_link.h"
#include "core/enclosure.h"
#include "core/module.h"
#include "port/wecom/wecom_limits.h"

#define MATERIAL_MAX 5000 /* of a corp */
#define MATERIAL_CATEGORIES_MAX 100
#define MATERIAL_CATEGORY_CHARS 20
#define MATERIAL_BODY_CHARS 20000
#define MATERIAL_NOTE_CHARS 100
#define MATERIAL_NAME_CHARS 60 /* of a file */
#define MATERIAL_PART_BYTES ((size_t)4 << 20)
#define MATERIAL_PIXELS_MAX 40000000
#define MATERIAL_UNFINISHED_MS MS_DAY /* an upload that was broken off is forgotten */
#define MATERIAL_RENEW_MS (30 * MS_MINUTE)
#define MATERIAL_AGAIN_MS (30 * MS_MINUTE)
#define MATERIAL_ALERT_MS (30 * MS_MINUTE)
#define MATERIAL_QUIET_MS MS_MINUTE   /* without a beat: that reading is over */
#define MATERIAL_BEAT_S 15            /* what pages keep to */
#define MATERIAL_SECONDS_MAX 14400    /* of one visit */
#define MATERIAL_VISITS_OF_ONE 60     /* new visits of one link and hour that are taken in */
#define MATERIAL_VISITS_OF_ALL 20000  /* of a link that is nobody's */
#define MATERIAL_KEEP_DAYS 396 /* a visit: thirteen months */
#define MATERIAL_KEEP_TIMER "material.keep"
#define MATERIAL_READ_TIMER "material.read"
#define MATERIAL_KINDS "text,article,link,file,image,miniprogram"
#define MATERIAL_FIGURE_DAYS 30

#define MATERIAL_EDIT_FIELDS(F, S)                                                                 \
	F(S, STR, kind, .one_of = MATERIAL_KINDS) F(S, STR, title, .min = 1) F(S, ID, category, .opt = true) \
	F(S, STR, summary, .opt = true) F(S, STR, body, .opt = true, .max = MATERIAL_BODY_CHARS, .doc = "text, article: paragraphs; ## heading; ![words](file:ID)") \
	F(S, STR, url, .opt = true, .doc = "of a link") F(S, ID, file, .opt = true, .doc = "of a file or an image") \
	F(S, ID, cover, .opt = true) F(S, STR, appid, .opt = true, .max = 40) F(S, STR, page, .opt = true, .max = 500) \
	F(S, STR, note, .opt = true, .max = MATERIAL_NOTE_CHARS, .doc = "what is new in this version") \
	F(S, BOOL, alert, .opt = true, .doc = "tell the advisor when her customer opens it")
RECORD(material_edit, MATERIAL_EDIT_FIELDS);

/* material.saved */
#define MATERIAL_SAVED_FIELDS(F, S) \
	F(S, ID, material) F(S, I64, number) F(S, STR, title) F(S, STR, what, .one_of = "made,changed,approved,refused,removed")
RECORD(material_saved, MATERIAL_SAVED_FIELDS);
/* material.opened, of who came */
#define MATERIAL_OPENED_FIELDS(F, S)                                                               \
	F(S, ID, material) F(S, STR, title) F(S, STR, kind) F(S, STR, category) F(S, I64, number) F(S, ID, staff) \
	F(S, BOOL, first, .doc = "she had not opened it before") F(S, BOOL, passed, .doc = "by a link made for somebody else")
RECORD(material_opened, MATERIAL_OPENED_FIELDS);
/* material.read, when a reading is over */
#define MATERIAL_READ_FIELDS(F, S)                                                                 \
	F(S, ID, material) F(S, STR, title) F(S, STR, kind) F(S, STR, category) F(S, I64, seconds, .doc = "of this reading") \
	F(S, I64, depth, .doc = "percent, the farthest so far")
RECORD(material_read, MATERIAL_READ_FIELDS);
/* material.passed, of whom the link was made for; once per browser */
#define MATERIAL_PASSED_FIELDS(F, S)                                                               \
	F(S, ID, material) F(S, STR, title) F(S, STR, kind) F(S, STR, category) F(S, ID, staff) F(S, ID, reader, .doc = "who opened it; 0: not known")
RECORD(material_passed, MATERIAL_PASSED_FIELDS);

struct event;
struct timer_row;
struct outcome;
err material_on_opened(struct tx *tx, const struct event *ev);
err material_on_read(struct cx *cx, const struct timer_row *row);
err material_keep(struct cx *cx, const struct timer_row *row);
err material_keep_arm(struct cx *cx);
err material_keep_arm_all(struct env *env, struct fail *f);

extern const struct enclosure material_enclosure;
extern const struct approver material_approver;
extern const struct route material_routes[], material_file_routes[], material_figure_routes[], material_page_routes[];
extern const struct door_kind material_doors[];
extern const struct module material_module;

#endif
