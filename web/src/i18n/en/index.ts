import base from './base';
import ownAttr from './ownattr';
import people from './people';
import reach from './reach';
import shop from './shop';
import system from './system';

export default { ...ownAttr, ...base, ...people, ...reach, ...shop, ...system };
