"""Fields far from the Catalogue, for the larger part of a portfolio: what is made, how, and what it is good for.

All sentences here are ours. Of each field: its name, things, ways and ends, in Chinese and in English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field in one language."""

    name: str
    things: tuple[str, ...]
    ways: tuple[str, ...]
    ends: tuple[str, ...]


def _field(name: str, things: str, ways: str, ends: str) -> Field:
    return Field(name, tuple(things.split("|")), tuple(ways.split("|")), tuple(ends.split("|")))


ZH = (
    _field("家具", "折叠餐桌|儿童升降书桌|组合衣柜|沙发扶手|抽屉滑轨|实木床架", "铰接处设置阻尼片|板件以三合一连接件固定|边缘贴{n}毫米封边条|面板表面喷涂水性清漆|支撑腿内置调高螺杆|背板采用插槽式装配", "开合{n}次后无明显松动|承重达到{n}千克|收纳后厚度不超过{n}毫米|安装时间缩短{n}%|边角圆润不易磕碰"),
    _field("厨具", "不粘炒锅|保温饭盒|手动榨汁器|可拆洗刀架|折叠沥水篮|硅胶铲", "锅体与手柄以两枚铆钉连接|内胆与外壳之间留{n}毫米空气层|过滤网可徒手取下|底部开设环形导流槽|刃口与刀架之间垫硅胶条|盖子边缘嵌入密封圈", "{n}小时后水温仍有五十度以上|清洗时间缩短{n}%|手柄温升不超过{n}度|跌落{n}次不开裂|可放入洗碗机清洗"),
    _field("服装", "防风夹克|针织校服|孕妇裤|骑行手套|婴儿连体衣|羊毛围巾", "腋下拼接弹力网布|接缝采用四针六线平缝|腰头内穿可调松紧带|掌心缝制{n}毫米厚护垫|领口加衬棉质滚条|袖口设置魔术贴", "水洗{n}次后缩率小于百分之三|透气量提高{n}%|穿脱时间减少{n}%|夜间{n}米外可见反光条|久坐不勒腹部"),
    _field("物流", "快递分拣格口|托盘缠绕机|仓库巡检手推车|冷藏配送箱|退货登记台|包裹称重台", "扫描条码后按区号亮灯|转盘转速可在每分钟{n}转内调节|车架侧面挂放周转筐|箱壁夹层填充{n}毫米泡沫|单据由热敏打印机当场打印|重量与订单自动核对", "每小时多处理{n}件|差错率下降{n}%|缠膜用量减少{n}%|单人即可操作|配送半径扩大到{n}公里"),
    _field("建筑施工", "脚手架连墙件|楼梯护栏|混凝土养护毯|外墙保温板|卫生间地漏|钢筋绑扎台", "预埋套筒与可拆螺杆配合|立杆间距设为{n}毫米|毯面缝入进水软管|板缝以阶梯企口搭接|存水弯深度取{n}毫米|台面开设定位槽", "拆装重复使用{n}次|工期缩短{n}天|渗漏点减少{n}%|每平方米节约人工{n}分钟|返臭现象消失"),
    _field("办公软件", "会议室预约程序|考勤排班表|合同到期提醒|发票登记工具|访客登记页面|公告推送模块", "日历视图按楼层筛选|班次可拖动交换|提前{n}天发送邮件|识别发票抬头并填入表格|手机号验证后生成二维码|已读未读分栏显示", "重复预约减少{n}%|每月节约{n}个工时|漏报降到{n}笔以下|新员工当天即可上手|查询在{n}秒内返回"),
    _field("玩具", "积木拼板|发条小车|毛绒手偶|磁力画板|泡泡机|儿童滑板", "凸点与凹槽过盈{n}毫米配合|齿轮箱外罩透明盖|填充棉分{n}格缝制|画笔与板面以绳系住|水箱与风扇隔板分开|前桥可左右各倾斜{n}度", "跌落高度{n}米不碎|小零件不会脱落|连续玩耍{n}分钟不过热|适合{n}岁以上儿童|收纳体积减少{n}%"),
    _field("包装", "瓦楞纸箱|易撕封口膜|鸡蛋托|礼盒内衬|缓冲气柱袋|标签卷", "箱底采用自锁结构|热封温度控制在{n}度|托窝壁厚{n}毫米|内衬以一张纸板折成|气柱直径{n}毫米且独立充气|底纸每{n}张做一切口", "抗压提高{n}%|开启力降到{n}牛|运输破损减少{n}%|不需要胶带|每千件节约纸板{n}千克"),
    _field("园艺", "自动浇花盆|可拼接花架|修枝剪|堆肥桶|育苗盘|草坪洒水器", "棉芯从底部水槽吸水|层板高度每{n}毫米一档|刃片以弹簧复位|桶身钻{n}个通气孔|孔穴底部留排水口|喷臂靠水压旋转", "{n}天不浇水仍能生长|剪切省力{n}%|出苗率达到{n}%|覆盖半径{n}米|异味明显减轻"),
    _field("体育用品", "羽毛球拍手胶|瑜伽垫|跳绳|游泳镜|篮球网|哑铃架", "表面压制{n}毫米菱形纹|两面材料热压复合|绳体与手柄之间装小轴承|鼻梁架可换{n}种尺寸|网绳以锁环挂在篮圈上|托槽衬垫橡胶", "出汗后不打滑|折叠{n}次不起皱|每分钟可跳{n}次以上|佩戴{n}分钟不起雾|噪声降低{n}分贝"),
    _field("餐饮服务", "点餐叫号屏|自助餐保温台|奶茶封杯机|后厨排班板|外卖取餐柜|餐具回收车", "号码按桌型分列显示|水浴加热并分{n}格控温|杯口定位圈可换|岗位以色卡区分|格口凭取餐码打开|篮筐可整体抽出", "等位时间缩短{n}分钟|每小时封杯{n}个|错拿减少{n}%|高峰期少用{n}人|能耗下降{n}%"),
    _field("旅游", "景区导览牌|行李寄存柜|观光车调度表|民宿清扫清单|露营帐篷|徒步路线手册", "图例以{n}种颜色区分|柜门凭短信验证码打开|班次按客流增减|清扫项目逐条打勾|帐杆以弹力绳串接|路线按{n}公里分段", "游客问询减少{n}%|寄存等候不到{n}分钟|搭建只需{n}分钟|满意度提高{n}%|迷路事件下降"),
    _field("教育培训", "英语单词卡|错题本|粉笔字练习板|家校联系册|朗读打分表|班级图书角", "正反面分别印词和例句|题目按章节编号|板面印{n}毫米方格|每周由家长签字|从流利到停顿分{n}档|借阅卡插在封底袋内", "复习时间减少{n}%|期末平均分提高{n}分|每册可用{n}周|老师批改量下降{n}%|借还记录清楚"),
    _field("家用电器", "电水壶底座|吸尘器尘杯|电风扇网罩|电饭煲内盖|加湿器水箱|吹风机风嘴", "线缆绕在底部凹槽|尘杯按压即可开底|网罩以{n}个卡扣固定|内盖整片取下水洗|水箱容积{n}毫升且上加水|风嘴以磁环吸附", "清洗不用工具|噪声不超过{n}分贝|一次加水可用{n}小时|收纳后高度降低{n}毫米|误触次数减少{n}%"),
    _field("道路与停车", "停车场收费岗亭|减速带|自行车停放架|路口待行提示牌|路面标线|充电车位地锁", "窗口下方设对讲器|橡胶块以膨胀螺栓固定|车轮卡入{n}毫米槽口|提示字高{n}毫米|标线撒玻璃珠|地锁扫码后放倒", "每车通行{n}秒|车速降到每小时{n}公里以下|同样面积多停{n}辆|夜间{n}米可辨|被占用次数减少{n}%"),
    _field("日化", "护手霜|洗衣液|牙膏|洗发皂|空气清新片|玻璃清洁剂", "加入{n}%甘油|表面活性剂复配比例为三比一|摩擦剂粒度控制在{n}微米|皂基冷制后熟化{n}天|香精吸附在纸板上|以柠檬酸调节酸碱度", "皮肤水分提高{n}%|低温也能溶解|香味保持{n}天|泡沫容易漂净|擦拭后不留水痕"),
)  # fmt: skip

EN = (
    _field("furniture", "a folding dining table|a height-adjustable desk for children|a modular wardrobe|a sofa armrest|a drawer runner|a slatted bed frame", "the hinge carries a damping washer|panels are held by cam fittings|edges are banded with a {n} mm strip|the top is lacquered with a water-borne varnish|each leg hides a levelling screw|the back panel slides into a groove", "no play is felt after {n} openings|it carries {n} kg|folded it is less than {n} mm thick|assembly takes {n}% less time|its corners are rounded"),
    _field("kitchenware", "a non-stick frying pan|an insulated lunch box|a hand-operated juicer|a knife block that comes apart|a collapsible colander|a silicone spatula", "two rivets join handle and pan|an air gap of {n} mm is left around the liner|the sieve lifts out by hand|a ring-shaped channel leads juice away|silicone strips keep blades off the block|a gasket is pressed into the rim of the lid", "food stays warm for {n} hours|washing up takes {n}% less time|the handle warms by no more than {n} degrees|it survives {n} drops|it may go into a dishwasher"),
    _field("clothing", "a windproof jacket|a knitted school uniform|maternity trousers|cycling gloves|a one-piece suit for babies|a woollen scarf", "stretch mesh is let in under the arms|seams are flat-locked|an elastic band runs in the waist|a {n} mm pad is sewn into the palm|the collar is bound in cotton|the cuffs close with hook-and-loop tape", "it shrinks by less than three per cent after {n} washes|{n}% more air passes|dressing takes {n}% less time|its strips are seen {n} metres away at night|it does not press when sitting"),
    _field("logistics", "a parcel sorting rack|a pallet wrapper|a trolley for stock checks|a chilled delivery box|a desk for returned goods|a parcel scale", "lamps light up by district once a code is scanned|the turntable runs at up to {n} turns a minute|totes hang at the side of the frame|its walls hold {n} mm of foam|a thermal printer gives the slip at once|weight and order are compared", "{n} more parcels are handled an hour|errors fall by {n}%|{n}% less film is used|one person can work it|the round grows to {n} km"),
    _field("building works", "a wall tie for scaffolding|a stair railing|a curing blanket for concrete|an external insulation board|a floor drain|a bench for tying rebar", "a cast-in sleeve takes a screw that comes out again|posts stand {n} mm apart|a hose is sewn into the blanket|boards overlap in a step|the trap is {n} mm deep|slots in the bench set the spacing", "it is used again {n} times|the works take {n} days less|leaks fall by {n}%|{n} minutes of labour are saved a square metre|smells no longer come back"),
    _field("office software", "a booking page for meeting rooms|a shift rota|reminders of contracts that end|a register of invoices|a visitors' page|a notice board", "the calendar filters by floor|shifts are swapped by dragging|mail is sent {n} days ahead|the name on an invoice is filled in|a code is made once a number is confirmed|read and unread stand in two columns", "double bookings fall by {n}%|{n} hours are saved a month|fewer than {n} entries are missed|new staff learn it in a day|answers come within {n} seconds"),
    _field("toys", "building blocks|a clockwork car|a plush hand puppet|a magnetic drawing board|a bubble machine|a child's scooter", "studs fit their sockets by {n} mm|a clear cover shows the gears|the filling is sewn into {n} cells|the pen is tied to the board|a wall parts tank and fan|the front axle tilts {n} degrees", "it survives a fall of {n} m|no small part comes off|it stays cool over {n} minutes of play|it suits children from {n} years|it packs {n}% smaller"),
    _field("packaging", "a corrugated carton|a peelable lid film|an egg tray|an insert for a gift box|an air-column bag|a roll of labels", "the base locks itself|the film is sealed at {n} degrees|cups have walls of {n} mm|the insert folds from one sheet|columns of {n} mm are filled one by one|the backing is cut every {n} labels", "it bears {n}% more load|it opens with {n} N|{n}% less breaks on the way|no tape is needed|{n} kg of board are saved per thousand"),
    _field("gardening", "a self-watering pot|a plant stand|secateurs|a compost bin|a seed tray|a lawn sprinkler", "a wick draws water from a trough|shelves are set every {n} mm|a spring returns the blade|the bin has {n} air holes|each cell drains below|water turns the arm", "plants live {n} days without watering|cutting takes {n}% less force|{n}% of the seeds come up|it covers {n} m around|it smells less"),
    _field("sports goods", "a grip for badminton rackets|a yoga mat|a skipping rope|swimming goggles|a basketball net|a dumbbell rack", "a diamond pattern of {n} mm is pressed in|two layers are bonded by heat|a small bearing joins rope and handle|the nose piece comes in {n} sizes|loops lock to the hoop|rubber lines the cradles", "it does not slip when wet|it folds {n} times without creases|more than {n} jumps a minute are possible|it does not mist over in {n} minutes|it is {n} dB quieter"),
    _field("catering", "a screen that calls orders|a buffet warmer|a cup sealer|a kitchen rota board|a locker for takeaways|a trolley for used dishes", "numbers are listed by table size|a water bath keeps {n} trays apart|rings for cups can be changed|jobs have coloured cards|a door opens with the order's code|baskets pull out whole", "guests wait {n} minutes less|{n} cups are sealed an hour|{n}% fewer orders go astray|{n} fewer staff are needed at noon|it uses {n}% less power"),
    _field("tourism", "signposts for a park|luggage lockers|a timetable for sightseeing carts|a cleaning list for guest houses|a camping tent|a hiking guide", "{n} colours tell the paths apart|doors open with a code by message|carts follow the number of visitors|each task is ticked off|poles are strung on elastic|stages of {n} km are marked", "{n}% fewer questions are asked|nobody waits over {n} minutes|it stands after {n} minutes|guests are {n}% more content|fewer people lose their way"),
    _field("teaching", "vocabulary cards|a notebook of mistakes|a board for handwriting|a booklet between school and home|a sheet that grades reading aloud|a class library", "word and example stand on two sides|exercises are numbered by chapter|squares of {n} mm are printed|parents sign each week|there are {n} grades of fluency|cards sit in a pocket", "revision takes {n}% less time|marks rise by {n} points|one copy lasts {n} weeks|teachers correct {n}% less|loans are easy to follow"),
    _field("household appliances", "the base of a kettle|the dust cup of a vacuum cleaner|the guard of a fan|the inner lid of a rice cooker|the tank of a humidifier|the nozzle of a hair dryer", "the cord winds into a groove|the cup opens at a push|{n} clips hold the guard|the lid comes off to be washed|the tank holds {n} ml and is filled from above|a magnet holds the nozzle", "no tool is needed to clean it|it stays below {n} dB|one filling lasts {n} hours|it is {n} mm lower when stored|it is switched on by mistake {n}% less often"),
    _field("roads and parking", "a pay booth|a speed bump|a bicycle rack|a sign at a crossing|a lane marking|a lock on a parking place", "an intercom sits below the window|rubber blocks are bolted down|wheels rest in slots of {n} mm|letters are {n} mm high|glass beads are strewn on|the lock folds once a code is scanned", "a car passes in {n} seconds|traffic slows below {n} km/h|{n} more bicycles fit|it is read {n} m away at night|places are taken {n}% less often"),
    _field("toiletries", "a hand cream|a laundry liquid|a toothpaste|a shampoo bar|an air freshener|a glass cleaner", "{n}% of glycerol is added|two surfactants are mixed three to one|the abrasive is ground to {n} microns|the bar cures for {n} days|card takes up the scent|citric acid sets the acidity", "skin holds {n}% more moisture|it dissolves in the cold|the scent lasts {n} days|foam rinses off easily|no streaks are left"),
)  # fmt: skip
