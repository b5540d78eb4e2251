/*
 * What a person who watches can open: the list of contact ways (/sim/), one code (/sim/qr/ID) as a
 * picture, or, when a browser opens it as a page, with a button to be the one who scans it, and stored
 * pictures (/sim/img/ID).
 *
 * The picture looks like a code but carries nothing a camera could read: nobody can add a simulated
 * member from a real phone.
 */
#include "sim/sim_call.h"

#include "base/hash.h"

#define QR_SIZE 25
#define QR_FINDER 7
#define WAYS_MAX 500

static const char page_head[] =
	"<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
	"<title>企业微信模拟器</title><style>body{font:16px sans-serif;margin:2em auto;max-width:40em;padding:0 1em}"
	"button{font-size:1.1em;padding:.5em 1.2em}svg{max-width:16em}</style>";

static bool dark(u64 seed, int x, int y)
{
	int fx = x >= QR_SIZE - QR_FINDER - 1 ? x - (QR_SIZE - QR_FINDER) : x;
	int fy = y >= QR_SIZE - QR_FINDER - 1 ? y - (QR_SIZE - QR_FINDER) : y;
	bool corner = fx <= QR_FINDER && fy <= QR_FINDER && !(fx != x && fy != y);
	if (!corner)
		return hash_mix(seed + (u64)(y * QR_SIZE + x)) & 1;
	int dx = fx > 3 ? fx - 3 : 3 - fx, dy = fy > 3 ? fy - 3 : 3 - fy, ring = dx > dy ? dx : dy;
	return ring == 3 || ring < 2;
}

static void picture(struct buf *b, const struct sim_way *w)
{
	u64 seed = hash64(w->config_id);
	buf_add_c(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-2 -2 29 29\" width=\"290\" height=\"290\">"
		     "<rect x=\"-2\" y=\"-2\" width=\"29\" height=\"29\" fill=\"#fff\"/><path d=\"");
	for (int y = 0; y < QR_SIZE; y++)
		for (int x = 0; x < QR_SIZE; x++)
			if (dark(seed, x, y))
				buf_fmt(b, "M%d %dh1v1h-1z", x, y);
	buf_add_c(b, "\"/></svg>");
}

static void scan_page(struct buf *b, const struct sim_way *w)
{
	buf_add_c(b, page_head);
	buf_add_c(b, "<h1>扫码添加</h1>");
	picture(b, w);
	buf_add_c(b, "<p>");
	buf_html(b, w->remark.n ? w->remark : w->state);
	buf_fmt(b, "</p><p><button id=\"scan\">让一位新顾客扫码</button></p><p id=\"said\" role=\"status\"></p>"
		   "<script>document.getElementById('scan').onclick=async()=>{const r=await fetch('/sim/scan',"
		   "{method:'POST',body:JSON.stringify({config_id:'%.*s',person:{name:'扫码顾客'+Math.floor(Math.random()*1000)}})});"
		   "const v=await r.json();document.getElementById('said').textContent=v.error||"
		   "('已添加员工 '+v.userid+'，客户 '+v.external_userid);};</script></html>", STR_F(w->config_id));
}

static void list_page(struct sim *s, struct buf *b)
{
	buf_add_c(b, page_head);
	buf_fmt(b, "<h1>企业微信模拟器</h1><p>员工 %zu 人，客户 %zu 人</p><h2>渠道活码</h2><ul>", s->staff.n, s->people.n);
	for (size_t i = 0; i < s->ways.n && i < WAYS_MAX; i++) {
		const struct sim_way *w = s->ways.v[s->ways.n - 1 - i];
		if (w->deleted)
			continue;
		buf_fmt(b, "<li><a href=\"/sim/qr/%.*s\">", STR_F(w->config_id));
		buf_html(b, w->remark.n ? w->remark : w->state.n ? w->state : w->config_id);
		buf_add_c(b, "</a></li>");
	}
	buf_add_c(b, "</ul></html>");
}

/* The client's side of the JS-SDK as pages see it: whom the chat is with stands in the page's address (sim_contact),
 * what is sent to the chat is kept in ww.sent. Signatures are asked for as the client does. */
static const char stand_in[] =
	"(() => {\n"
	"const asked = new URLSearchParams(location.search);\n"
	"const no = (name) => Promise.reject({ errMsg: name + ':fail no permission', errCode: 80001 });\n"
	"window.ww = {\n"
	"  sent: [],\n"
	"  async register(o) {\n"
	"    this.config = await o.getConfigSignature(location.href);\n"
	"    this.agentConfig = await o.getAgentConfigSignature(location.href);\n"
	"  },\n"
	"  getContext: () => Promise.resolve({ entry: asked.get('sim_entry') || 'single_chat_tools' }),\n"
	"  getCurExternalContact: () => asked.get('sim_contact') ? Promise.resolve({ userId: asked.get('sim_contact') }) : no('getCurExternalContact'),\n"
	"  getCurExternalChat: () => asked.get('sim_chat') ? Promise.resolve({ chatId: asked.get('sim_chat') }) : no('getCurExternalChat'),\n"
	"  sendChatMessage(m) { this.sent.push(m); return Promise.resolve({ errMsg: 'sendChatMessage:ok' }); },\n"
	"  openEnterpriseChat(m) { this.sent.push({ msgtype: 'open', open: m }); return Promise.resolve({ errMsg: 'openEnterpriseChat:ok' }); },\n"
	"};\n"
	"})();\n";

static void show(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct buf b = buf_new(req->arena, (size_t)1 << 20);
	bool as_page = str_has(http_header(req, "accept"), STR("text/html"));
	str code = str_sub(req->path, strlen("/sim/qr/"), req->path.n), stored = str_sub(req->path, strlen("/sim/img/"), req->path.n);
	if (str_eq_c(req->path, "/sim/wx.js")) {
		http_send(reply, 200, STR("text/javascript; charset=utf-8"), str_c(stand_in));
		return;
	}
	struct sim_way *w = str_starts(req->path, STR("/sim/qr/")) ? map_get(&s->way_by_id, code) : NULL;
	struct sim_media *m = str_starts(req->path, STR("/sim/img/")) ? map_get(&s->media_by_id, stored) : NULL;
	if (str_eq_c(req->path, "/sim/"))
		list_page(s, &b);
	else if (w && !w->deleted && as_page)
		scan_page(&b, w);
	else if (w && !w->deleted)
		picture(&b, w);
	if (m)
		http_send(reply, 200, m->content_type, m->bytes);
	else if (b.n)
		http_send(reply, 200, w && !as_page ? STR("image/svg+xml") : STR("text/html; charset=utf-8"), buf_str(&b));
	else
		http_send(reply, 404, STR("text/plain"), STR(""));
}

bool sim_page(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	if (!str_eq_c(req->path, "/sim/") && !str_eq_c(req->path, "/sim/wx.js") && !str_starts(req->path, STR("/sim/qr/")) && !str_starts(req->path, STR("/sim/img/")))
		return false;
	pthread_mutex_lock(&s->lock);
	show(s, req, reply);
	pthread_mutex_unlock(&s->lock);
	return true;
}
