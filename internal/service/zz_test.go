package service
import ("testing";"fmt";"safeport/internal/settings")
func TestZ(t *testing.T){
 for _,n := range Names() {
 for _, fl := range []map[string]string{{}, {"network":"host"}, {"network":"host","version":"v2.0.0"}} {
  d,err:=Lookup(n); if err!=nil {t.Fatal(err)}
  if d.setting("network")==nil { delete(fl,"network")}
  v,_,err:=settings.Resolve(d.Settings, settings.Sources{Flags:fl}); if err!=nil {t.Fatal(err)}
  w,err:=d.Wants(v); fmt.Println(n,fl,err)
  for _,x := range w { fmt.Printf("   %-22s %-10v %-10v %s any=%d %s->%v\n", x.Name,x.Addr,x.Ports,x.Mode,x.AnyOf,x.Setting,x.Target)}
 }}
}
