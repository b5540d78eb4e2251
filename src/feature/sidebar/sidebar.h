/*
 * sidebar 侧边栏 and workbench 员工工作台: our pages inside the WeCom client.
 *
 * Both are pages of the console in another dress: staff are logged in by WeCom (core/guest), so whom they see
 * and what they may do is decided where it always is. What is here is what those pages need besides: the
 * signatures that let them speak to the client, who the customer beside the chat is to us, what waits for
 * the member of staff, and who deleted her.
 *
 * A customer the viewer may not see is told as "foreign", one nobody knows as "unknown"; neither by number.
 * In a simulated company there is no client: the simulator has a stand-in, which is passed on from there.
 */
#ifndef YT_FEATURE_SIDEBAR_SIDEBAR_H
#define YT_FEATURE_SIDEBAR_SIDEBAR_H

#include "core/module.h"

#define SIDEBAR_URL_MAX 2000
#define SIDEBAR_LOST_MAX 50
#define SIDEBAR_STAND_IN "/sim/wx.js"

extern const struct route sidebar_routes[];
extern const struct module sidebar_module;

#endif
