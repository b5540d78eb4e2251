import type zh from '../zh/shop';

const en: typeof zh = {
  lost: {
    tab: 'Without customer', note: 'Nobody was found for these orders. They come to their customer as soon as an identity turns up; or match them by hand, or let the customer claim them by number on the member page.', all: 'All', total: '{n} orders', export: 'Export', match: 'Match a customer', matched: 'Now an order of {name}', who: 'Customer (name or full phone number)',
    matchText: 'Order {no}, {amount}. It will count as hers; the act is audited.', tail: 'Last digits', reason: 'Reason', cure: 'What helps', none: 'Every order has its customer', noneText: 'Orders without a buyer are listed here with the reason and what helps.', waiting: 'Joins its order by itself', find: 'Order number', kind: { order: 'Order', refund: 'Refund', lines: 'Lines' },
    r: { 'no buyer': 'No buyer', masked: 'Masked buyer', virtual: 'Virtual number', receiver: 'Only a receiver', 'another buyer': "Another customer's", 'no order': 'Order missing', 'two people': 'Two persons' },
  },
  orderOne: { title: 'Order', goods: 'Goods', product: 'Product', category: 'Category', sku: 'SKU', items: 'Quantity', noGoods: 'The source names no goods', refunds: 'Refunds', noRefunds: 'No refunds', states: 'States', first: 'Ordered', store: 'Store', staff: 'Staff', asOf: 'As of', byImport: 'From an import', seeImport: 'See the import' },
  shop: {
    tab: 'Connected shops', note: 'Orders come by themselves: pulled every 5 minutes and told by messages. Repeated, late or also imported, each is one order.', add: 'Connect a shop', edit: 'Edit connector', none: 'No shop is connected', noneText: 'Connect Youzan or the WeChat shop and orders and refunds come by themselves. For other platforms import their files.',
    name: 'Name', kind: 'Platform', client_youzan: 'client_id', client_wxshop: 'AppID', secret: 'Secret', secretKept: 'Kept; leave empty to keep it', shop: 'Shop number (kdt_id)', base: 'Address (optional)', push_token: 'Message token', push_key: 'EncodingAESKey (43 characters)', enabled: 'Enabled',
    test: 'Test', testOk: 'It works; {n} orders changed in the last day', testing: 'Fetching a token and reading a page', pull: 'Pull now', pulled: 'Pulling', back: 'Read earlier orders', backText: 'Reads backwards by update time; you may leave, the jobs page shows progress.', days: 'How many days (at most 730)', begin: 'Begin', begun: 'Begun', pushUrl: 'Address for messages (enter it at the platform)', copy: 'Copy address',
    state: 'State', good: 'Fine', off: 'Off', wait: 'Waiting for the first pull', reading: 'Reading', last: 'Last success', lag: 'Behind', orders: 'Orders taken', pushes: 'Messages', bad: '{n} refused for a bad signature', saved: 'Saved', pushNone: 'No messages set up', seeJobs: 'See the job', secs: '{n} s', mins: '{n} min',
  },
  orderSource: { taobao: 'Taobao / Tmall', youzan: 'Youzan', xiaoetong: 'Xiaoe-tong', doudian: 'Doudian', wxshop: 'WeChat shop', pos: 'Till', generic: 'General file', segment: 'Site / app', cdnow: 'CDNOW', 'online-retail': 'Online Retail' },
  presetMore: { auto: 'Find out (recommended)', found: 'Found to be "{name}"', chosen: 'Read as "{name}"', detail: 'encoding {encoding}, header in row {row}', form: { orders: 'rows are orders or their goods', lines: 'lines: joined to orders by number', refunds: 'refunds: joined to orders by number' }, files: 'Files that are known', need: 'needs: {names}', tip: 'Upload the file as downloaded. Saving it from a spreadsheet changes long order numbers.' },
};
export default en;
