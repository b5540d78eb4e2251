import ownAttr from './ownattr';
import base from './base';
import people from './people';
import reach from './reach';
import system from './system';
import tagrule from './tagrule';

export default { ...ownAttr, ...base, ...people, ...reach, ...system, ...tagrule };
