/*
 * The templates. What only the corp has (an audience, an attribute of its own) is left open: the draft says so when
 * it is checked. Arguments are those the acts had when this was written; a check before publishing names what an
 * act wants differently.
 */
#include "feature/journey/journey_template.h"

#include <stddef.h>

const struct journey_template journey_templates[] = {
	/* Following opens the window for a minute only, her own words for 48 hours and five messages; in a talk that she
	 * began, what helps her choose is service. */
	{ "newfans", T_JOURNEY_T_NEWFANS, T_JOURNEY_T_NEWFANS_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"oa.wrote\"}},"
	  "{\"id\":\"m1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"oa.message\",\"args\":{\"class\":\"service\",\"text\":\"收到您的消息！新人专享券已为您备好，点菜单即可领取。\"}}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":240,\"wait\":{\"kind\":\"for\",\"minutes\":120}},"
	  "{\"id\":\"m2\",\"type\":\"act\",\"x\":0,\"y\":360,\"act\":{\"verb\":\"oa.message\",\"args\":{\"class\":\"service\",\"text\":\"还没挑好？这几款是老客复购最多的。\"}}},"
	  "{\"id\":\"w2\",\"type\":\"wait\",\"x\":0,\"y\":480,\"wait\":{\"kind\":\"for\",\"minutes\":120}},"
	  "{\"id\":\"m3\",\"type\":\"act\",\"x\":0,\"y\":600,\"act\":{\"verb\":\"oa.message\",\"args\":{\"class\":\"service\",\"text\":\"新人券即将过期，需要帮您挑选吗？直接回复即可。\"}}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":320,\"y\":480,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"公众号窗口已关闭，请联系这位新粉\",\"who\":\"advisor\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":720}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"m1\"},"
	  "{\"from\":\"m1\",\"port\":\"done\",\"to\":\"w1\"},{\"from\":\"w1\",\"port\":\"out\",\"to\":\"m2\"},"
	  "{\"from\":\"m2\",\"port\":\"done\",\"to\":\"w2\"},{\"from\":\"m2\",\"port\":\"refused\",\"to\":\"a1\"},"
	  "{\"from\":\"w2\",\"port\":\"out\",\"to\":\"m3\"},{\"from\":\"m3\",\"port\":\"refused\",\"to\":\"a1\"},"
	  "{\"from\":\"m3\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"}]},"
	  "\"entry\":{\"mode\":\"once\"},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}]}" },
	{ "unpaid", T_JOURNEY_T_UNPAID, T_JOURNEY_T_UNPAID_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"order.created\"}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":120,\"wait\":{\"kind\":\"for\",\"minutes\":120}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":240,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"订单未付款，请跟进\",\"who\":\"advisor\",\"script\":\"您好，看到您有一笔订单还没付款，需要我帮忙吗？\"},\"timeout_minutes\":1440}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":360}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},"
	  "{\"from\":\"w1\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"always\",\"key\":\"order\"},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}],\"exits\":[{\"name\":\"订单取消\",\"event\":\"order.cancelled\"}]}" },
	{ "window", T_JOURNEY_T_WINDOW, T_JOURNEY_T_WINDOW_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"Product Added\"}]}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"客户刚加购，请在 30 分钟内联系\",\"who\":\"advisor\",\"remind_min\":30,\"deadline_min\":60},\"held\":\"skip\",\"timeout_minutes\":60}},"
	  "{\"id\":\"a3\",\"type\":\"act\",\"x\":320,\"y\":360,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"您加购的商品还在等您，有问题可以直接问我们。\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":480}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"a3\",\"port\":\"done\",\"to\":\"e\"},"
	  "{\"from\":\"a1\",\"port\":\"refused\",\"to\":\"a3\"}]},\"entry\":{\"mode\":\"every\",\"days\":1},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}]}" },
	{ "birthday", T_JOURNEY_T_BIRTHDAY, T_JOURNEY_T_BIRTHDAY_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"date\",\"attribute\":\"birthday\",\"offset_days\":-3,\"yearly\":true,\"minute\":600}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"care\",\"title\":\"客户 3 天后生日，请送祝福\",\"who\":\"advisor\"},\"late_minutes\":1440}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":240}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"once\"}}" },
	{ "day2", T_JOURNEY_T_DAY2, T_JOURNEY_T_DAY2_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"order.placed\"}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":120,\"wait\":{\"kind\":\"until\",\"minute\":600,\"days\":1}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":240,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"首单次日跟进：推荐搭配，促成第二单\",\"who\":\"advisor\"},\"late_minutes\":480}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":360}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},"
	  "{\"from\":\"w1\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"}]},\"who\":\"orders = 1\",\"entry\":{\"mode\":\"once\"},\"goals\":[{\"name\":\"第二单\",\"expr\":\"orders >= 2\"}]}" },
	{ "cross", T_JOURNEY_T_CROSS, T_JOURNEY_T_CROSS_S,
	  "{\"name\":\"x\",\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"api\"}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"您有一份专属优惠，点菜单查看。\"}}},"
	  "{\"id\":\"u1\",\"type\":\"until\",\"x\":0,\"y\":240,\"until\":{\"event\":\"order.placed\",\"timeout_minutes\":1440}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":160,\"y\":360,\"act\":{\"verb\":\"sms.send\",\"args\":{\"text\":\"您有一份专属优惠今日到期，拒收请回复R\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":480}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"u1\"},{\"from\":\"a1\",\"port\":\"refused\",\"to\":\"a2\"},"
	  "{\"from\":\"u1\",\"port\":\"yes\",\"to\":\"e\"},{\"from\":\"u1\",\"port\":\"timeout\",\"to\":\"a2\"},"
	  "{\"from\":\"a2\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"every\",\"days\":30},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}]}" },
	/* Who has not said why within three days is asked once more by mail; what is offered goes by the reason. */
	{ "winback", T_JOURNEY_T_WINBACK, T_JOURNEY_T_WINBACK_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"stage.changed\",\"filters\":[{\"name\":\"to\",\"op\":\"in\",\"value\":[\"dormant\",\"lost\"]}]}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"sms.send\",\"args\":{\"text\":\"好久不见，是我们哪里没做好？一分钟告诉我们：{{survey:0|问卷}} \"}}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":320,\"y\":240,\"act\":{\"verb\":\"mail.send\",\"args\":{\"subject\":\"我们想听听您的意见\",\"text\":\"好久不见。是什么让您没有再来？三个问题，一分钟：{{survey:0|问卷}} \"}}},"
	  "{\"id\":\"u1\",\"type\":\"until\",\"x\":0,\"y\":360,\"until\":{\"event\":\"survey.answered\",\"timeout_minutes\":4320}},"
	  "{\"id\":\"a3\",\"type\":\"act\",\"x\":320,\"y\":480,\"act\":{\"verb\":\"mail.send\",\"args\":{\"subject\":\"只占用您一分钟\",\"text\":\"您的意见对我们很重要：{{survey:0|问卷}} \"}}},"
	  "{\"id\":\"u2\",\"type\":\"until\",\"x\":320,\"y\":600,\"until\":{\"event\":\"survey.answered\",\"timeout_minutes\":10080}},"
	  "{\"id\":\"b1\",\"type\":\"branch\",\"x\":0,\"y\":720,\"branch\":{\"cases\":[{\"port\":\"price\",\"expr\":\"survey_reason = \\\"price\\\"\"},{\"port\":\"care\",\"expr\":\"survey_reason in (\\\"quality\\\", \\\"delivery\\\", \\\"service\\\")\"},{\"port\":\"no_need\",\"expr\":\"survey_reason = \\\"no_need\\\"\"}]}},"
	  "{\"id\":\"p1\",\"type\":\"act\",\"x\":-480,\"y\":840,\"act\":{\"verb\":\"sms.send\",\"args\":{\"text\":\"谢谢您的反馈，为您申请了一张老客专属券，回复顾问即可使用。\"}}},"
	  "{\"id\":\"c1\",\"type\":\"act\",\"x\":-160,\"y\":840,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"care\",\"title\":\"客户在问卷里说服务或质量不好，请致歉并回访\",\"who\":\"advisor\"}}},"
	  "{\"id\":\"o1\",\"type\":\"act\",\"x\":160,\"y\":840,\"act\":{\"verb\":\"sms.send\",\"args\":{\"text\":\"谢谢您的反馈，最近到了一批新品，欢迎回来看看。\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":-160,\"y\":960,\"end\":{\"name\":\"已挽回跟进\"}},"
	  "{\"id\":\"e1\",\"type\":\"end\",\"x\":320,\"y\":960,\"end\":{\"name\":\"暂时不需要\"}},"
	  "{\"id\":\"e2\",\"type\":\"end\",\"x\":640,\"y\":720,\"end\":{\"name\":\"没有回答\"}}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"a1\"},{\"from\":\"a1\",\"port\":\"done\",\"to\":\"u1\"},{\"from\":\"a1\",\"port\":\"refused\",\"to\":\"a2\"},"
	  "{\"from\":\"a2\",\"port\":\"done\",\"to\":\"u2\"},{\"from\":\"a2\",\"port\":\"refused\",\"to\":\"e2\"},{\"from\":\"u1\",\"port\":\"yes\",\"to\":\"b1\"},"
	  "{\"from\":\"u1\",\"port\":\"timeout\",\"to\":\"a3\"},{\"from\":\"a3\",\"port\":\"done\",\"to\":\"u2\"},{\"from\":\"a3\",\"port\":\"refused\",\"to\":\"u2\"},"
	  "{\"from\":\"u2\",\"port\":\"yes\",\"to\":\"b1\"},{\"from\":\"u2\",\"port\":\"timeout\",\"to\":\"e2\"},{\"from\":\"b1\",\"port\":\"price\",\"to\":\"p1\"},"
	  "{\"from\":\"b1\",\"port\":\"care\",\"to\":\"c1\"},{\"from\":\"b1\",\"port\":\"no_need\",\"to\":\"e1\"},{\"from\":\"b1\",\"port\":\"else\",\"to\":\"o1\"},"
	  "{\"from\":\"p1\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"p1\",\"port\":\"refused\",\"to\":\"e\"},{\"from\":\"c1\",\"port\":\"done\",\"to\":\"e\"},"
	  "{\"from\":\"c1\",\"port\":\"refused\",\"to\":\"e\"},{\"from\":\"o1\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"o1\",\"port\":\"refused\",\"to\":\"e\"}]},"
	  "\"entry\":{\"mode\":\"every\",\"days\":90},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}]}" },
	{ "expiry", T_JOURNEY_T_EXPIRY, T_JOURNEY_T_EXPIRY_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"date\",\"offset_days\":-7,\"minute\":600}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":120,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"您的会员卡 7 天后到期，续费可保留积分。\"}}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":160,\"y\":240,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"会员卡 7 天后到期，请提醒续费\",\"who\":\"advisor\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":360}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"},{\"from\":\"a1\",\"port\":\"refused\",\"to\":\"a2\"},"
	  "{\"from\":\"a2\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"every\",\"days\":30}}" },
	{ "welcome", T_JOURNEY_T_WELCOME, T_JOURNEY_T_WELCOME_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"follow.added\"}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":100,\"wait\":{\"kind\":\"until\",\"minute\":600,\"days\":1}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":200,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"加好友第 1 天：介绍会员权益\",\"who\":\"advisor\"},\"late_minutes\":480}},"
	  "{\"id\":\"w2\",\"type\":\"wait\",\"x\":0,\"y\":300,\"wait\":{\"kind\":\"until\",\"minute\":600,\"days\":2}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":0,\"y\":400,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"加好友第 3 天：推荐爆款\",\"who\":\"advisor\"},\"late_minutes\":480}},"
	  "{\"id\":\"w3\",\"type\":\"wait\",\"x\":0,\"y\":500,\"wait\":{\"kind\":\"until\",\"minute\":600,\"days\":4}},"
	  "{\"id\":\"a3\",\"type\":\"act\",\"x\":0,\"y\":600,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"加好友第 7 天：新人券提醒\",\"who\":\"advisor\"},\"late_minutes\":480}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":700}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},"
	  "{\"from\":\"w1\",\"port\":\"out\",\"to\":\"a1\"},{\"from\":\"a1\",\"port\":\"done\",\"to\":\"w2\"},"
	  "{\"from\":\"w2\",\"port\":\"out\",\"to\":\"a2\"},{\"from\":\"a2\",\"port\":\"done\",\"to\":\"w3\"},"
	  "{\"from\":\"w3\",\"port\":\"out\",\"to\":\"a3\"},"
	  "{\"from\":\"a3\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"once\"},\"goals\":[{\"name\":\"下单\",\"event\":\"order.placed\"}]}" },
	{ "first", T_JOURNEY_T_FIRST, T_JOURNEY_T_FIRST_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"order.placed\"}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":120,\"wait\":{\"kind\":\"for\",\"minutes\":60}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":240,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"感谢您的首单！有任何问题随时找我们。\"}}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":0,\"y\":360,\"act\":{\"verb\":\"tag.put\",\"args\":{\"tags\":[]}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":480}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},"
	  "{\"from\":\"w1\",\"port\":\"out\",\"to\":\"a1\"},{\"from\":\"a1\",\"port\":\"done\",\"to\":\"a2\"},"
	  "{\"from\":\"a2\",\"port\":\"done\",\"to\":\"e\"}]},\"who\":\"orders = 1\",\"entry\":{\"mode\":\"once\"}}" },
	{ "review", T_JOURNEY_T_REVIEW, T_JOURNEY_T_REVIEW_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"event\",\"event\":\"order.done\"}},"
	  "{\"id\":\"w1\",\"type\":\"wait\",\"x\":0,\"y\":120,\"wait\":{\"kind\":\"until\",\"minute\":1200,\"days\":3}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":0,\"y\":240,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"用得还满意吗？留下评价，我们会认真看每一条。\"}}},"
	  "{\"id\":\"e\",\"type\":\"end\",\"x\":0,\"y\":360}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"w1\"},"
	  "{\"from\":\"w1\",\"port\":\"out\",\"to\":\"a1\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"e\"}]},\"entry\":{\"mode\":\"every\",\"days\":30}}" },
	{ "dormant", T_JOURNEY_T_DORMANT, T_JOURNEY_T_DORMANT_S,
	  "{\"name\":\"x\","
	  "\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"schedule\",\"every\":\"week\",\"weekdays\":[\"1\"],\"minute\":600}},"
	  "{\"id\":\"s1\",\"type\":\"split\",\"x\":0,\"y\":120,\"split\":{\"arms\":[{\"port\":\"task\",\"weight\":1},"
	  "{\"port\":\"message\",\"weight\":1}]}},"
	  "{\"id\":\"a1\",\"type\":\"act\",\"x\":-160,\"y\":240,\"act\":{\"verb\":\"staff.task\",\"args\":{\"kind\":\"send\",\"title\":\"沉睡客户，请问候一声\",\"who\":\"advisor\"}}},"
	  "{\"id\":\"a2\",\"type\":\"act\",\"x\":160,\"y\":240,\"act\":{\"verb\":\"oa.message\",\"args\":{\"text\":\"好久不见，看看最近的新品？\"}}},"
	  "{\"id\":\"u1\",\"type\":\"until\",\"x\":0,\"y\":360,\"until\":{\"event\":\"order.placed\",\"timeout_minutes\":10080}},"
	  "{\"id\":\"e1\",\"type\":\"end\",\"x\":-160,\"y\":480,\"end\":{\"name\":\"唤醒\"}},"
	  "{\"id\":\"e2\",\"type\":\"end\",\"x\":160,\"y\":480,\"end\":{\"name\":\"未唤醒\"}}],\"edges\":[{\"from\":\"t\",\"port\":\"out\",\"to\":\"s1\"},"
	  "{\"from\":\"s1\",\"port\":\"task\",\"to\":\"a1\"},{\"from\":\"s1\",\"port\":\"message\",\"to\":\"a2\"},"
	  "{\"from\":\"a1\",\"port\":\"done\",\"to\":\"u1\"},{\"from\":\"a2\",\"port\":\"done\",\"to\":\"u1\"},"
	  "{\"from\":\"u1\",\"port\":\"yes\",\"to\":\"e1\"},"
	  "{\"from\":\"u1\",\"port\":\"timeout\",\"to\":\"e2\"}]},\"entry\":{\"mode\":\"every\",\"days\":60}}" },
	{ NULL, T_OK, T_OK, NULL },
};
