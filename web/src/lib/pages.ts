// The menu, in the order of the operator's day: look, bring in, know, reach, check. `pinyin` are the initials and
// English words the command palette finds a page by.
export interface MenuPage {
  name: string;
  /** Without this right the entry is not shown. */
  perm: string;
  to: string;
  title: string;
  icon: string;
  pinyin: string;
}
export interface MenuGroup {
  title?: string;
  pages: MenuPage[];
}

export const menu: MenuGroup[] = [
  { pages: [{ name: 'home', perm: 'home.read', to: '/', title: 'nav.home', icon: 'home', pinyin: 'sy shouye' }, { name: 'approvals', perm: 'broadcast.send', to: '/approvals', title: 'nav.approvals', icon: 'check', pinyin: 'dwsp shenpi approval' }] },
  {
    title: 'nav.gAcquire',
    pages: [
      { name: 'livecodes', perm: 'livecode.read', to: '/livecodes', title: 'nav.livecodes', icon: 'qr', pinyin: 'qdhm huoma' },
      { name: 'phone-lists', perm: 'phonelist.read', to: '/phone-lists', title: 'nav.phones', icon: 'phone', pinyin: 'hmmd haoma mingdan phone' },
      { name: 'leads', perm: 'phonelist.read', to: '/leads', title: 'nav.lead', icon: 'hand', pinyin: 'xsgh xiansuo gonghai lead' },
      { name: 'sms', perm: 'sms.read', to: '/sms', title: 'nav.sms', icon: 'mobile', pinyin: 'dxyl duanxin sms' },
      { name: 'official-account', perm: 'oa.read', to: '/official-account', title: 'nav.oa', icon: 'chat', pinyin: 'gzh gongzhonghao official account' },
      { name: 'areas', perm: 'area.read', to: '/areas', title: 'nav.areas', icon: 'pin', pinyin: 'qym quyuma lbs area' },
      { name: 'stores', perm: 'area.read', to: '/stores', title: 'nav.stores', icon: 'store', pinyin: 'md mendian store' },
      { name: 'lucky', perm: 'area.read', to: '/lucky', title: 'nav.lucky', icon: 'gift', pinyin: 'flg fuliguan lucky' },
      { name: 'cards', perm: 'card.read', to: '/cards', title: 'nav.cards', icon: 'badge', pinyin: 'mphb mingpian haibao gongpai card' },
    ],
  },
  {
    title: 'nav.gCustomers',
    pages: [
      { name: 'customers', perm: 'customer.read', to: '/customers', title: 'nav.customers', icon: 'user', pinyin: 'khlb kehu' },
      { name: 'tags', perm: 'tag.read', to: '/tags', title: 'nav.tags', icon: 'tag', pinyin: 'bqgl biaoqian' },
      { name: 'tag-rules', perm: 'tagrule.read', to: '/tags/rules', title: 'nav.tagrule', icon: 'auto', pinyin: 'zdbq zidong biaoqian guize' },
      { name: 'attributes', perm: 'attribute.read', to: '/attributes', title: 'nav.attributes', icon: 'edit', pinyin: 'sxyzd shuxing ziduan attribute field' },
      { name: 'audiences', perm: 'audience.read', to: '/audiences', title: 'nav.audiences', icon: 'filter', pinyin: 'rqb renqun' },
      { name: 'lookalike', perm: 'lookalike.read', to: '/lookalike', title: 'nav.lookalike', icon: 'twins', pinyin: 'xsrq xiangsi renqun lookalike' },
      { name: 'lifecycle', perm: 'lifecycle.read', to: '/lifecycle', title: 'nav.lifecycle', icon: 'cycle', pinyin: 'smzq shengming lifecycle' },
      { name: 'rfm', perm: 'lifecycle.read', to: '/rfm', title: 'nav.rfm', icon: 'grid', pinyin: 'rfm fenxi' },
      { name: 'layers', perm: 'lifecycle.read', to: '/layers', title: 'nav.layers', icon: 'layers', pinyin: 'khfc fenceng layers' },
      { name: 'followup', perm: 'customer.read', to: '/followup', title: 'nav.followup', icon: 'kanban', pinyin: 'gjkb kanban board' },
      { name: 'orders', perm: 'order.read', to: '/orders', title: 'nav.orders', icon: 'order', pinyin: 'ddydr dingdan' },
      { name: 'payments', perm: 'order.read', to: '/payments', title: 'nav.payment', icon: 'coin', pinyin: 'sk shoukuan payment pos' },
      { name: 'members', perm: 'customer.read', to: '/members', title: 'nav.member', icon: 'card', pinyin: 'hy huiyuan member' },
      { name: 'inherit', perm: 'inherit.read', to: '/inherit', title: 'nav.inherit', icon: 'handover', pinyin: 'khjc jicheng lizhi inherit' },
      { name: 'deletions', perm: 'customer.read', to: '/deletions', title: 'nav.deletion', icon: 'leave', pinyin: 'scjl shanchu deletion' },
      { name: 'value', perm: 'value.read', to: '/value', title: 'nav.worth', icon: 'chart', pinyin: 'jzylsyj jiazhi liushi churn' },
      { name: 'recommend', perm: 'recommend.read', to: '/recommend', title: 'nav.recommend', icon: 'bulb', pinyin: 'gltj tuijian' },
    ],
  },
  {
    title: 'nav.groups',
    pages: [
      { name: 'groups', perm: 'group.read', to: '/groups', title: 'nav.groups', icon: 'people', pinyin: 'khq kehuqun group' },
      { name: 'group-codes', perm: 'group.read', to: '/groups/codes', title: 'nav.gcode', icon: 'scan', pinyin: 'qhm qunhuoma group code' },
      { name: 'group-invites', perm: 'group.read', to: '/groups/invites', title: 'nav.ginvite', icon: 'join', pinyin: 'rqyq ruqun yaoqing invite' },
      { name: 'group-hellos', perm: 'group.read', to: '/groups/welcomes', title: 'nav.ghello', icon: 'talk', pinyin: 'rqhyy huanying welcome' },
      { name: 'group-casts', perm: 'groupcast.read', to: '/groups/casts', title: 'nav.gcast', icon: 'horn', pinyin: 'qqf qunqunfa groupcast' },
      { name: 'group-several', perm: 'group.read', to: '/groups/several', title: 'nav.several', icon: 'copy', pinyin: 'cfjq chongfu duplicates' },
    ],
  },
  {
    title: 'nav.gReach',
    pages: [
      { name: 'broadcasts', perm: 'broadcast.read', to: '/broadcasts', title: 'nav.broadcasts', icon: 'send', pinyin: 'khqf qunfa' },
      { name: 'moments', perm: 'moment.read', to: '/moments', title: 'nav.moments', icon: 'photo', pinyin: 'pyq pengyouquan moment' },
      { name: 'campaigns', perm: 'campaign.read', to: '/campaigns', title: 'nav.campaigns', icon: 'flag', pinyin: 'dcdhd duochudian sanchudian campaign touches' },
      { name: 'repeats', perm: 'broadcast.read', to: '/broadcasts/repeats', title: 'nav.repeats', icon: 'repeat', pinyin: 'zqqf zhouqi qunfa repeat' },
      { name: 'arrivals', perm: 'broadcast.read', to: '/arrivals', title: 'nav.arrivals', icon: 'box', pinyin: 'dhtz daohuo tongzhi arrival stock' },
      { name: 'sops', perm: 'journey.read', to: '/sops', title: 'nav.sops', icon: 'steps', pinyin: 'khsop qunsop sop' },
      { name: 'letters', perm: 'letter.read', to: '/letters', title: 'nav.letter', icon: 'letter', pinyin: 'ydyct yiduiyi chuda letter' },
      { name: 'staff-tasks', perm: 'stafftask.read', to: '/staff-tasks', title: 'nav.stafftask', icon: 'clip', pinyin: 'ygrw yuangong renwu task' },
      { name: 'surveys', perm: 'survey.read', to: '/surveys', title: 'nav.survey', icon: 'ask', pinyin: 'khwj wenjuan liushi yuanyin survey' },
      { name: 'materials', perm: 'material.read', to: '/materials', title: 'material.title', icon: 'book', pinyin: 'sck sucaiku baojia material' },
      { name: 'journeys', perm: 'journey.read', to: '/journeys', title: 'nav.journeys', icon: 'journey', pinyin: 'zdhlc zidonghua lvcheng journey automation' },
      { name: 'experiments', perm: 'experiment.read', to: '/experiments', title: 'nav.experiments', icon: 'flask', pinyin: 'sy shiyan ab test experiment' },
      { name: 'restraint', perm: 'reach.read', to: '/restraint', title: 'nav.restraint', icon: 'shield', pinyin: 'cdgz chuda guize pinkong heimingdan restraint' },
      { name: 'calendar', perm: 'calendar.read', to: '/calendar', title: 'nav.calendar', icon: 'calendar', pinyin: 'hdrl rili calendar' },
      { name: 'livings', perm: 'living.read', to: '/livings', title: 'nav.living', icon: 'video', pinyin: 'zb zhibo live' },
      { name: 'channels', perm: 'speak.read', to: '/channels', title: 'nav.channels', icon: 'flash', pinyin: 'zdcd zidong chuda duanxin youjian mail sms channel' },
      { name: 'keywords', perm: 'keyword.read', to: '/keywords', title: 'nav.keyword', icon: 'word', pinyin: 'gjchf guanjianci keyword' },
    ],
  },
  {
    title: 'nav.gSystem',
    pages: [
      { name: 'inspect', perm: 'keyword.read', to: '/inspect', title: 'nav.inspect', icon: 'clock', pinyin: 'kfzj zhijian kefu inspect quality' },
      { name: 'exports', perm: 'customer.export', to: '/exports', title: 'nav.exports', icon: 'download', pinyin: 'dcjl daochu export' },
      { name: 'hooks', perm: 'hook.read', to: '/hooks', title: 'nav.hooks', icon: 'plug', pinyin: 'wbts waibu tuisong webhook' },
      { name: 'jobs', perm: 'job.read', to: '/jobs', title: 'nav.jobs', icon: 'jobs', pinyin: 'rwzx renwu' },
      { name: 'setup', perm: 'setting.read', to: '/setup', title: 'nav.setup', icon: 'task', pinyin: 'ktxd kaitong' },
      { name: 'audit', perm: 'audit.read', to: '/audit', title: 'nav.audit', icon: 'trail', pinyin: 'czsj shenji' },
      { name: 'settings', perm: 'corp.read', to: '/settings', title: 'nav.settings', icon: 'gear', pinyin: 'xtsz shezhi' },
    ],
  },
];

/** Which menu entry a page belongs to. */
export const home: Record<string, string> = {
  group: 'groups',
  customer: 'customers',
  'tag-rule': 'tag-rules',
  'code-stats': 'livecodes',
  'code-spots': 'livecodes',
  'code-batch': 'livecodes',
  'code-partners': 'livecodes',
  'code-duty': 'livecodes',
  'tag-conflicts': 'tags',
  audience: 'audiences',
  'my-cards': 'cards',
  broadcast: 'broadcasts',
  'broadcast-new': 'broadcasts',
  campaign: 'campaigns',
  'campaign-new': 'campaigns',
  moment: 'moments',
  'moment-new': 'moments',
  journey: 'journeys',
  experiment: 'experiments',
  import: 'orders',
  imports: 'orders',
};

/** The title of the group of the menu an entry is in; nothing for those that stand alone. */
export const groupOf = (name: string) => menu.find((g) => g.pages.some((p) => p.name === name))?.title ?? '';

export const actions: { perm: string; to: string; title: string; pinyin: string }[] = [
  { perm: 'livecode.write', to: '/livecodes?new=1', title: 'cmd.newCode', pinyin: 'xjhm' },
  { perm: 'tagrule.write', to: '/tags/rules/new', title: 'nav.tagruleNew', pinyin: 'xjzdbq' },
  { perm: 'audience.write', to: '/audiences/new', title: 'cmd.newAudience', pinyin: 'xjrqb' },
  { perm: 'broadcast.send', to: '/broadcasts/new', title: 'cmd.newBroadcast', pinyin: 'xjqf' },
  { perm: 'moment.send', to: '/moments/new', title: 'cmd.newMoment', pinyin: 'xjpyq' },
  { perm: 'campaign.write', to: '/campaigns/new', title: 'cmd.newCampaign', pinyin: 'xjdcd' },
  { perm: 'journey.write', to: '/journeys?tab=templates', title: 'nav.journeysNew', pinyin: 'xjlc xinjian' },
  { perm: 'order.import', to: '/orders/import', title: 'cmd.import', pinyin: 'drdd' },
];
