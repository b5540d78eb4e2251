export default {
  home: {
    range: 'Period', lastDays: '{n} days', figures: 'Figures of today', customers: 'Customers', added: 'Added today', lost: 'Lost today', net: 'Net today', revenue: 'Turnover today', bound_rate: 'Bound members',
    friendsNote: '{n} of them friends', addedNote: '{first} first time · {again} again', lostNote: '{unique} persons · {staff} deleted by staff', netNote: 'added − lost − deleted by staff', revenueNote: '{n} orders', boundNote: '{bound} of {all} persons',
    connect: 'Connect', trend: 'Growth', asTable: 'Show as table', trendText: '{added} added and {lost} lost in {n} days', s_added: 'Added', s_lost: 'Lost', s_net: 'Net', s_orders: 'Orders', s_revenue: 'Turnover', day: 'Day',
    gross: 'Turnover taken apart', g_users: 'Customers', g_conversion: 'Conversion', g_aov: 'Average order', g_repurchase: 'Orders per buyer', g_amount: 'Turnover', importOrders: 'Import orders to see it', byStaff: 'Staff: added and bound', byStore: 'Stores: added and bound', noRows: 'Nothing in this period',
    diffs: 'Differences to WeCom’s own figures', noDiffs: 'Every member’s every day agrees with WeCom.', ours: 'Here', theirs: 'WeCom', checklist: 'Getting started ({done}/{all})', dismiss: 'Do not show again', stepDone: ' (done)', tips: 'Try this first',
    step: { wecom: 'Connect WeCom', callback: 'Receive the first callback', sync: 'Sync staff and customers', livecode: 'Create a live code', orders: 'Import orders', import: 'Import orders', broadcast: 'Send a broadcast', audience: 'Build an audience', tags: 'Tidy the tags' },
    def: {
      customers: 'Persons known here. Records of the same person count once after a merge; a friend has at least one member of staff as a contact now.',
      added: 'Friendships made that day; a customer who adds two members of staff counts twice. First time: her first relation to this corp. Transfers and half contacts do not count.',
      lost: 'Friendships ended by the customer that day. Persons: her last living relation is gone. Deletions by staff are counted apart.', net: 'Added − lost − deleted by staff, in relations.',
      revenue: 'Paid that day minus refunds, in the corp’s currency and time zone.', bound_rate: 'Friends with a phone verified on the member page ÷ friends who could bind.', gmv: 'Turnover = customers × conversion (share who bought) × average order × orders per buyer.',
    },
  },
  jobState: { queued: 'Queued', running: 'Running', paused: 'Paused', cancelled: 'Cancelled', done: 'Done', failed: 'Failed' },
  job: { note: 'Imports, syncs and other long work; it goes on when you close the page.', title: 'Job', progress: 'Progress', failed: 'Failed', skipped: 'Skipped', started: 'Started', log: 'Log', cancel: 'Cancel job', cancelText: '“{title}” stops after {done}; what is done stays.', none: 'No jobs', noneText: 'Progress appears here when orders are imported or customers synced.', rate: '{n} per second', eta: '{span} left', leave: 'You can leave this page, it goes on' },
  audit: { note: 'Who did what and when; nobody can change it.', at: 'Time', actor: 'Who', action: 'Action', object: 'Object', detail: 'Detail', none: 'No entries yet' },
  role: { owner: 'Owner', admin: 'Administrator', operator: 'Operator', manager: 'Store manager', advisor: 'Advisor', viewer: 'Read only', analyst: 'Analyst', support: 'Support' },
  scope: { all: 'All customers', departments: 'Customers of own departments', department: 'Customers of own departments', own: 'Own customers' },
  settings: {
    corp: 'Company', wecom: 'WeCom connection', users: 'Members and roles', keys: 'Write keys', corpName: 'Name', zone: 'Time zone', zoneHint: 'every “today” follows it', currency: 'Currency', simulated: 'Connected to the built-in simulator; these credentials belong to a simulated company.', corpid: 'Company id (corpid)', agentid: 'AgentId of the app', secret: 'Secret of the app', kept: 'Saved; leave empty to keep', unset: 'Not filled in',
    test: 'Test', testContacts: 'Test customer contact', test_token: 'Credentials', test_contacts: 'Customer contact API', callbackUrl: 'Address for events (the URL of “receive messages” in WeCom’s console)', make: 'Make one', aesLength: 'An EncodingAESKey has {n} characters', lastCallback: 'WeCom sent an event {ago}', waitCallback: 'This turns green after you save in WeCom’s console.',
    userName: 'Name', role: 'Role', scope: 'Data scope', usersNote: 'The role says what a member may do, the scope which customers she sees.', newUser: 'New member', noUsers: 'No members yet', passwordLeast: 'at least {n} characters', keysNote: 'Shops, mini programs and sites send behaviour and orders to /v1/ with a write key.', newKey: 'New key', key: 'Key', lastUsed: 'Last used', keyName: 'What it is for', keyOnce: 'Copy it now, it is shown only once:', noKeys: 'No write keys yet', dropKey: 'Delete key', dropKeyText: 'Whatever uses “{name}” can no longer write at once. Type the name to confirm.',
    oldPassword: 'Present password', newPassword: 'New password', againPassword: 'Once more', differ: 'The two differ', changePassword: 'Change password', passwordChanged: 'Password changed',
  },
  ready: { ok: 'fine', warn: 'attention', fail: 'problem', unknown: 'not checked' },
  setup: {
    note: 'Seven steps to connect WeCom; leave and come back whenever you like.', s1: 'Account and language', s2: 'Simulator or real', s3: 'Credentials', s4: 'Callback for events', s5: 'Check-up', s6: 'Sync staff and customers', s7: 'The first live code',
    t1: 'Choose a password only you know, and your language.', t2: 'Get to know the product with the simulator, or connect your WeCom at once.', t3: 'Create an app of your own in WeCom’s console and fill in its ids and secret.', t4: 'Copy the address, Token and EncodingAESKey to the app’s “receive messages”.', t5: 'Rights, trusted IP, callback and more; each line says what cures it and who can.', t6: 'Reads staff, departments, customers and tags for the first time; you can leave, it resumes by itself.', t7: 'Create a code, scan it with your own WeChat, and see yourself in the list.',
    simulator: 'Simulator', simulatorText: 'No account needed. Staff and customers are simulated; they scan, chat, buy and leave.', real: 'Real WeCom', realText: 'Needs administrator rights in WeCom and an address reachable from the internet.', nowSimulated: 'The simulator is in use', nowReal: 'Real mode is in use', recheck: 'Check again', cure: 'Cure: ', owner: ' ({owner})', synced: '{n} customers synced.', syncing: '{done} of {total} synced.', sync: 'Start sync', finish: 'Done, go home',
  },
};
